"""A change of somebody's credentials, of which all their contacts are to be told."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from epcs_portal.outbox import OutboxRow


class SecurityNotice(OutboxRow):
    """Written with the change; a worker then writes to everybody who has to know of it.

    The person is told by other ways than the one the change came by (SP 800-63B section 4.1).
    """

    class Change(models.TextChoices):
        """The label is what stands in the message, after the person was addressed."""

        TOKEN_ADDED = "token-added", "A hardware token was added to your EPCS account"
        TOKEN_RESYNCED = "token-resynced", "Your hardware token was resynced"
        TOKEN_REMOVED = "token-removed", "Your hardware token was removed from your EPCS account"
        TOKEN_UNLOCKED = "token-unlocked", "Support unlocked your token"
        TOKEN_LOCKED = (
            "token-locked",
            "Your hardware token was locked: too many incorrect codes",
        )
        MOBILE_ID_ADDED = "mobile-id-added", "Mobile ID was added to your EPCS account"
        MOBILE_ID_REMOVED = "mobile-id-removed", "Mobile ID was removed from your EPCS account"
        MOBILE_ID_LOCKED = "mobile-id-locked", "Mobile ID was locked: too many incorrect codes"
        PUSH_DISOWNED = (
            "push-disowned",
            'A request to your phone was answered "It wasn\'t me"',
        )
        PIN_SET = "pin-set", "An EPCS PIN was set for your account"
        PIN_RESET = "pin-reset", "Your EPCS PIN was changed"
        PASSWORD_RESET = (
            "password-reset",
            "Your EPCS password was reset by an eRx administrator",
        )
        PASSWORD_SET = "password-set", "An EPCS password was set for your account"
        PHONE_ADDED = "phone-added", "A backup phone was added to your EPCS account"
        PHONE_REMOVED = "phone-removed", "A backup phone was removed from your EPCS account"
        CODES_LOCKED = "codes-locked", "Phone codes were locked: too many incorrect codes"
        SIGNING_LOCKED = "signing-locked", "Signing was locked: too many failed attempts"
        COMPROMISE_REPORTED = "compromise-reported", "A loss, theft or misuse was reported"
        SIGNING_SUSPENDED = "signing-suspended", "Support stopped signing under your name"
        CASE_ISSUED = (
            "case-issued",
            "Support issued a case number to revoke your EPCS account",
        )
        ACCOUNT_REVOKED = "account-revoked", "Your EPCS account was revoked"
        SPARE_SENT = "spare-sent", "A spare hardware token is on its way to you"
        SPARE_ELSEWHERE = (
            "spare-elsewhere",
            "A spare hardware token is to be sent to another address than your practice's",
        )
        SPARE_RECALLED = (
            "spare-recalled",
            "Your spare hardware token was not added in time, and can't be added any more",
        )
        HOLD_PLACED = "hold-placed", "Signing under your name was put on hold"
        HOLD_LIFTED = "hold-lifted", "The hold on signing under your name was lifted"
        ACCOUNT_ACTIVATED = "account-activated", "Your EPCS account was activated"
        PROOFING_RECORDED = "proofing-recorded", "Support recorded your identity proofing"
        ACCESS_GRANTED = "access-granted", "You were given access to sign prescriptions"
        ACCESS_STOPPED = "access-stopped", "Your practice stopped signing under your name"
        ACCESS_REVOKED = "access-revoked", "Your access to sign prescriptions was ended"
        TOKEN_CONFIRMED = (
            "token-confirmed",
            "Your practice confirmed a token that was added with a backup phone",
        )
        TOKEN_HOLD_ENDED = "token-hold-ended", "Your practice unlocked your token"
        REGISTRATION_CHANGED = "registration-changed", "Your DEA registrations were changed"
        DESIGNATION_MADE = "designation-made", "You were named to manage EPCS access"
        DESIGNATION_ENDED = "designation-ended", "You no longer manage EPCS access"

        # To those who manage access at the person's practice
        TOKEN_BOUND_BY_PHONE = "token-bound-by-phone", "A token was added with a backup phone alone"
        LOSS_AT_PRACTICE = "loss-at-practice", "A prescriber reported a loss, theft or misuse"
        DESIGNATION_CHANGED = (
            "designation-changed",
            "Who manages EPCS access at your practice was changed",
        )
        ACCESS_CHANGE_WAITS = "access-change-waits", "A change of access to sign waits for approval"
        HOLD_AT_PRACTICE = "hold-at-practice", "A prescriber's signing was put on hold"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    change = models.CharField(max_length=20, choices=Change.choices)
    subject = models.CharField(max_length=60, blank=True)  # "hard token GALH12345678"
    changed_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)  # of the browser the change came from

    def __str__(self) -> str:
        return f"{self.change} of {self.user}"

    @property
    def is_for_designee(self) -> bool:
        """Whether it tells of somebody else, whom ``subject`` names."""
        return self.change in FOR_DESIGNEES


FOR_DESIGNEES = {
    SecurityNotice.Change.TOKEN_BOUND_BY_PHONE,
    SecurityNotice.Change.LOSS_AT_PRACTICE,
    SecurityNotice.Change.ACCESS_CHANGE_WAITS,
    SecurityNotice.Change.DESIGNATION_CHANGED,
    SecurityNotice.Change.HOLD_AT_PRACTICE,
}
