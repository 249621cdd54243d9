"""The tables of tokens."""

from tokens.models.backup_phone import BackupPhone
from tokens.models.compromise_report import CompromiseReport
from tokens.models.enrollment import BindingTries, EnrollmentGrant
from tokens.models.hard_token import HardToken
from tokens.models.locked_row import LockedRow, lock_columns
from tokens.models.oath_token import Condition, OathToken
from tokens.models.out_of_band_code import CodesStopped, OutOfBandCode, PhoneCodes, SendTally
from tokens.models.security_notice import FOR_DESIGNEES, SecurityNotice
from tokens.models.seed_record import SeedBatch, SeedRecord
from tokens.models.step_up import StepUp

__all__ = [
    "FOR_DESIGNEES",
    "BackupPhone",
    "BindingTries",
    "CodesStopped",
    "CompromiseReport",
    "Condition",
    "EnrollmentGrant",
    "HardToken",
    "LockedRow",
    "OathToken",
    "OutOfBandCode",
    "PhoneCodes",
    "SecurityNotice",
    "SeedBatch",
    "SeedRecord",
    "SendTally",
    "StepUp",
    "lock_columns",
]
