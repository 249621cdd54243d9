"""A phone that verifies who somebody is, and never signs."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from epcs_portal.phone_numbers import masked
from tokens.models.removal import Reason


class BackupPhone(models.Model):
    """A number that receives codes, once the first of them was entered.

    There is no column that could let it sign: it holds no key of the person (21 CFR 1311.115(b)).
    A row is never deleted, so it is known whom to tell of a change, and what was ever bound.
    """

    class Status(models.TextChoices):
        PENDING = "pending"  # the code was not entered yet
        ACTIVE = "active"
        REPORTED = "reported"  # lost or stolen: no code goes to it
        REMOVED = "removed"

    class Delivery(models.TextChoices):
        TEXT = "text", "Text message (SMS)"
        CALL = "call", "Voice call"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="backup_phones")
    number = models.CharField(max_length=16)  # E.164
    delivery = models.CharField(max_length=4, choices=Delivery.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    place = models.PositiveSmallIntegerField()  # 1, 2 or 3; free again once it is removed
    entered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=15, choices=Reason.choices, blank=True)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "status"])]
        constraints = [
            models.CheckConstraint(
                name="backup_phone_is_one_of_three", condition=Q(place__gte=1, place__lte=3)
            ),
            models.UniqueConstraint(
                fields=["user", "place"],
                condition=~Q(status="removed"),
                name="one_backup_phone_a_place",
            ),
            models.UniqueConstraint(
                fields=["user", "number"],
                condition=~Q(status="removed"),
                name="one_backup_phone_a_number",
            ),
            models.CheckConstraint(
                name="backup_phone_active_is_confirmed",
                condition=~Q(status="active") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="backup_phone_removed_has_a_time",
                condition=Q(status="removed", removed_at__isnull=False)
                | (~Q(status="removed") & Q(removed_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"backup phone {masked(self.number)}"

    @classmethod
    def live(cls) -> models.QuerySet[Self]:
        return cls.objects.exclude(status=cls.Status.REMOVED)

    @classmethod
    def told_at(cls, at: datetime) -> models.QuerySet[Self]:
        """Return the phones that were somebody's at that moment, one just removed included."""
        still_there = Q(removed_at=None) | Q(removed_at__gte=at)
        return cls.objects.filter(still_there, confirmed_at__lte=at)

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def is_reported(self) -> bool:
        return self.status == self.Status.REPORTED

    @property
    def is_removed(self) -> bool:
        return self.status == self.Status.REMOVED
