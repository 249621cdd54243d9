"""The tables of tokens."""

from tokens.models.compromise_report import CompromiseReport
from tokens.models.enrollment import BindingTries, EnrollmentGrant
from tokens.models.hard_token import HardToken
from tokens.models.locked_row import LockedRow, lock_columns
from tokens.models.oath_token import Condition, OathToken
from tokens.models.seed_record import SeedBatch, SeedRecord
from tokens.models.step_up import StepUp

__all__ = [
    "BindingTries",
    "CompromiseReport",
    "Condition",
    "EnrollmentGrant",
    "HardToken",
    "LockedRow",
    "OathToken",
    "SeedBatch",
    "SeedRecord",
    "StepUp",
    "lock_columns",
]
