"""Codes that go to a phone, and how often they may."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from epcs_portal.delivery.models import Message
from tokens.models.backup_phone import BackupPhone
from tokens.models.locked_row import LockedRow
from tokens.throttle import Tries


class OutOfBandCode(models.Model):
    """One code in flight (SP 800-63B section 3.1.3): six digits, ten minutes, used once.

    Kept is a keyed digest, bound to this row, its person, phone and purpose.
    """

    class Purpose(models.TextChoices):
        CONFIRM_PHONE = "confirm-phone"
        STEP_UP = "step-up"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    phone = models.ForeignKey(BackupPhone, models.PROTECT, related_name="codes")
    purpose = models.CharField(max_length=13, choices=Purpose.choices)
    channel = models.CharField(max_length=4, choices=BackupPhone.Delivery.choices)
    digest = models.CharField(max_length=64)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)  # by a newer one, or by too many wrong answers

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone", "purpose"],
                condition=Q(spent_at=None, voided_at=None),
                name="one_open_code_a_phone_and_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} code for {self.phone}"

    def is_over(self, at: datetime) -> bool:
        """Whether it can't be entered any more, although nobody has."""
        return self.spent_at is None and (self.voided_at is not None or self.expires_at <= at)

    def seconds_to_wait(self, at: datetime) -> int:
        """Return how many seconds, begun ones included, until another may be asked for.

        None to wait where this one can't arrive any more.
        """
        if self.message is not None and self.message.has_failed:
            return 0
        return max(0, ceil((self.sent_at + settings.CODE_RESEND_AFTER - at).total_seconds()))


class PhoneCodes(LockedRow):
    """Wrong codes of one person in a row, whatever phone they were sent to. Locked first of all."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "phone codes"

    def __str__(self) -> str:
        return f"phone codes of {self.user}"


class SendTally(models.Model):
    """How many codes were sent: to one person, to one number, by the portal in a day."""

    key = models.CharField(max_length=80, primary_key=True)
    made = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name_plural = "send tallies"

    def __str__(self) -> str:
        return self.key

    @property
    def tries(self) -> Tries:
        return Tries(made=self.made, since=self.since)


class CodesStopped(models.Model):
    """The kill switch: while there is an open row, nobody is sent a code."""

    stopped_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "codes stopped"

    def __str__(self) -> str:
        return f"codes stopped {self.stopped_at}"
