"""What every token that makes one-time passwords has, hard or soft."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_otp.models import Device

from tokens.models.locked_row import LockedRow
from tokens.models.removal import Reason
from tokens.oath import OathState
from tokens.throttle import Tries


class Condition(StrEnum):
    """What can be done with a live token."""

    ACTIVE = "active"
    OUT_OF_STEP = "out of step"
    LOCKED = "locked"
    HELD = "held"
    EXPIRED = "expired"
    REPORTED = "reported"  # lost, stolen or compromised: nobody uses it any more


class SeedSource(Protocol):
    """A row that keeps a seed: of a hard token, or of a Mobile ID."""

    def oath_state(self, *, next_factor: int, drift: int = 0) -> OathState: ...


class OathToken(LockedRow, Device):
    """A token bound to one person, and how far its moving factor has been spent.

    Its passwords are checked in ``tokens.verification`` and nowhere else: the
    ``verify_token`` that ``Device`` offers says no. A row is never deleted, so that there
    is a record of every token ever bound (SP 800-63B section 4.1).
    """

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        REPORTED = "reported", "Reported lost"
        REMOVED = "removed", "Removed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="%(class)ss")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    bound_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    # Bound when a backup phone alone proved who it was: it signs, and opens nothing further until
    # a designated individual confirms it.
    is_phone_bound = models.BooleanField(default=False)

    reported_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=15, choices=Reason.choices, blank=True)
    detail = models.CharField(max_length=500, blank=True)

    next_factor = models.PositiveBigIntegerField()  # the lowest counter or time step not yet spent
    drift = models.IntegerField(default=0)  # time steps; learned by resynchronization alone
    presses_skipped = models.PositiveIntegerField(default=0)  # in all, since it was bound
    out_of_step_at = models.DateTimeField(null=True)

    pair_tries = models.PositiveSmallIntegerField(default=0)
    pair_tries_since = models.DateTimeField(null=True)

    class Meta(Device.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=~Q(status="removed"), name="one_%(class)s_a_person"
            ),
            models.CheckConstraint(
                name="%(class)s_removed_has_a_time",
                condition=Q(status="removed", removed_at__isnull=False)
                | (~Q(status="removed") & Q(removed_at=None)),
            ),
            models.CheckConstraint(
                name="%(class)s_reported_has_a_time",
                condition=~Q(status="reported") | Q(reported_at__isnull=False),
            ),
        ]

    @property
    def persistent_id(self) -> str:
        """Name the token in a session. django-otp looks for whole numbers: so is the UUID."""
        return f"{self._meta.label_lower}/{self.id.int}"

    @property
    def serial(self) -> str:
        """What the owner knows it by."""
        raise NotImplementedError

    @property
    def seed_source(self) -> SeedSource:
        """The row that has the seed."""
        raise NotImplementedError

    @property
    def tries(self) -> Tries:
        return Tries(made=self.pair_tries, since=self.pair_tries_since)

    @property
    def expires_at(self) -> datetime | None:
        """When its seed or battery reaches the end of its life, if anybody knows."""
        return None

    def is_expired(self, at: datetime) -> bool:
        return self.expires_at is not None and at >= self.expires_at

    def condition(self, at: datetime) -> Condition:
        """Return the one word that says what can be done with the live token now."""
        if self.status == self.Status.REPORTED:
            return Condition.REPORTED
        if self.is_expired(at):
            return Condition.EXPIRED
        if self.held_at is not None:
            return Condition.HELD
        if self.lock.is_closed(at):
            return Condition.LOCKED
        return Condition.ACTIVE if self.out_of_step_at is None else Condition.OUT_OF_STEP
