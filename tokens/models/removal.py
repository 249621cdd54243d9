"""Why a token or phone was taken away."""

from __future__ import annotations

from django.db import models


class Reason(models.TextChoices):
    LOST = "lost", "Lost"
    STOLEN = "stolen", "Stolen"
    COMPROMISED = "compromised", "Someone else used it or may know it"
    BROKEN = "broken", "Broken or battery empty"
    REPLACED = "replaced", "Replaced with a new one"
    NUMBER_GIVEN_UP = "number-given-up", "I no longer use this number"
    OTHER = "other", "Another reason"
    REVOKED = "revoked", "EPCS account revoked"  # by revoking it; nobody chooses this one


# What the practitioner has to report (21 CFR 1311.102(b)).
REPORTED = (Reason.LOST, Reason.STOLEN, Reason.COMPROMISED)
# After these nobody binds the seed again: it may be known (SP 800-63B section 4.3).
SEED_IS_SPENT = (*REPORTED, Reason.BROKEN)
OF_TOKENS = [
    choice for choice in Reason.choices if choice[0] not in (Reason.NUMBER_GIVEN_UP, Reason.REVOKED)
]
OF_PHONES = [choice for choice in Reason.choices if choice[0] != Reason.REVOKED]
