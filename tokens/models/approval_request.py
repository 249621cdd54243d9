"""What a phone is asked to approve, and what it answered."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tokens.models.mobile_device import MobileDevice
from tokens.models.soft_token import MobileIdSetup


class ApprovalRequest(models.Model):
    """One question to one phone, for one page of one session. Every state but open is final.

    ``text`` is what the phone shows and signs the digest of; ``covers`` the digest of what the page
    that asked stands for. ``number``: two digits, shown on both screens while Mobile ID is being
    added; for all else the person carries them from the computer to the phone.
    """

    class Purpose(models.TextChoices):
        ENROLL = "enroll", "Add Mobile ID"
        STEP_UP = "step-up", "Verify it's you"
        RESET_PIN = "reset-pin", "Validate for PIN reset"
        SIGN = "sign", "Sign prescriptions"

    class State(models.TextChoices):
        OPEN = "open"
        APPROVED = "approved"
        DENIED = "denied"
        WRONG_NUMBER = "wrong-number"
        SUPERSEDED = "superseded"

    class Reason(models.TextChoices):
        NOT_ME = "not-me", "It wasn't me"
        CANCELLED = "cancelled", "I changed my mind"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    setup = models.ForeignKey(MobileIdSetup, models.PROTECT, null=True, related_name="requests")
    device = models.ForeignKey(MobileDevice, models.PROTECT, null=True, related_name="requests")
    purpose = models.CharField(max_length=9, choices=Purpose.choices)
    title = models.CharField(max_length=60)
    lines = models.JSONField(default=list)
    number = models.CharField(max_length=2)
    text = models.TextField(blank=True)  # "" until there is a phone to show it
    digest = models.CharField(max_length=64, blank=True)
    covers = models.CharField(max_length=64, blank=True)
    marked = models.JSONField(default=dict)  # prescriptions by reference: the digests of the page
    session_digest = models.CharField(max_length=64)
    address = models.CharField(max_length=45, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=9, choices=Reason.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    spent_at = models.DateTimeField(null=True)  # the page that asked went on with it

    class Meta:
        indexes = [models.Index(fields=["user", "-asked_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="open"), name="one_open_request_a_person"
            ),
            models.CheckConstraint(
                name="approval_spent_was_given",
                condition=Q(spent_at=None) | Q(state="approved", spent_at__gte=F("answered_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.purpose} of {self.user}"

    def is_open(self, at: datetime) -> bool:
        return self.state == self.State.OPEN and at < self.expires_at

    def is_expired(self, at: datetime) -> bool:
        """Whether nobody answered in time."""
        return self.state == self.State.OPEN and at >= self.expires_at

    def may_be_spent(self, at: datetime) -> bool:
        """Whether the page that asked may still go on with it."""
        if self.state != self.State.APPROVED or self.answered_at is None:
            return False
        return self.spent_at is None and at < self.answered_at + settings.PUSH_FINISHED_WITHIN

    @property
    def is_typed(self) -> bool:
        """Whether the number is carried to the phone by hand (SP 800-63B section 3.1.3)."""
        return self.purpose != self.Purpose.ENROLL


class PushState(models.Model):
    """Of one person: locked first by whoever asks or answers, and closed by "It wasn't me"."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    frozen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"push state of {self.user}"
