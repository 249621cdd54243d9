"""The tables of tokens."""

from tokens.models.enrollment import BindingTries, EnrollmentGrant
from tokens.models.hard_token import HardToken
from tokens.models.oath_token import Condition, OathToken, lock_columns
from tokens.models.seed_record import SeedBatch, SeedRecord
from tokens.models.step_up import StepUp

__all__ = [
    "BindingTries",
    "Condition",
    "EnrollmentGrant",
    "HardToken",
    "OathToken",
    "SeedBatch",
    "SeedRecord",
    "StepUp",
    "lock_columns",
]
