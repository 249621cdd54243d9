"""The tables of tokens."""

from tokens.models.approval_request import ApprovalRequest, PushState
from tokens.models.backup_phone import BackupPhone
from tokens.models.compromise_report import CompromiseReport
from tokens.models.enrollment import BindingTries, EnrollmentGrant
from tokens.models.hard_token import HardToken
from tokens.models.locked_row import LockedRow, lock_columns
from tokens.models.mobile_device import MobileDevice, PushSubscription
from tokens.models.oath_token import Condition, OathToken
from tokens.models.out_of_band_code import CodesStopped, OutOfBandCode, PhoneCodes, SendTally
from tokens.models.removal import OF_PHONES, OF_TOKENS, REPORTED, SEED_IS_SPENT, Reason
from tokens.models.reservation import Reservation
from tokens.models.revocation import RevocationCase
from tokens.models.security_notice import FOR_DESIGNEES, SecurityNotice
from tokens.models.seed_record import SeedBatch, SeedRecord
from tokens.models.soft_token import MobileIdSetup, SoftSeed, SoftToken
from tokens.models.step_up import StepUp

__all__ = [
    "FOR_DESIGNEES",
    "OF_PHONES",
    "OF_TOKENS",
    "REPORTED",
    "SEED_IS_SPENT",
    "ApprovalRequest",
    "BackupPhone",
    "BindingTries",
    "CodesStopped",
    "CompromiseReport",
    "Condition",
    "EnrollmentGrant",
    "HardToken",
    "LockedRow",
    "MobileDevice",
    "MobileIdSetup",
    "OathToken",
    "OutOfBandCode",
    "PhoneCodes",
    "PushState",
    "PushSubscription",
    "Reason",
    "Reservation",
    "RevocationCase",
    "SecurityNotice",
    "SeedBatch",
    "SeedRecord",
    "SendTally",
    "SoftSeed",
    "SoftToken",
    "StepUp",
    "lock_columns",
]
