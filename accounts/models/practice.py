"""A practice, and who works there."""

from __future__ import annotations

import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is not an IANA time zone.")


class Practice(models.Model):
    """A registered location, where prescribers work and designated individuals manage access."""

    class SignsWith(models.TextChoices):
        PIN = "pin", "EPCS PIN"
        PASSWORD = "password", "EPCS password"

    name = models.CharField(max_length=100, unique=True)
    address = models.CharField(max_length=100)
    suite = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    zip_code = models.CharField(max_length=10)
    phone = models.CharField(max_length=20)
    time_zone = models.CharField(max_length=40, validators=[validate_time_zone])
    signs_with = models.CharField(
        max_length=8, choices=SignsWith.choices, default=SignsWith.PIN
    )  # which knowledge factor the signing page asks for first

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One practice a person: the one-to-one says so."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="membership")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="memberships")
    is_erx_administrator = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.user} at {self.practice}"


class DesignatedIndividual(models.Model):
    """A person the registrants named to manage access (21 CFR 1311.125(a))."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="designated_individuals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # a registrant there; None for the first ones, whom the opening of the practice named
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "user"], condition=Q(ended_at=None), name="designated_once"
            ),
            models.CheckConstraint(
                name="designation_ended_by_somebody",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.practice}"

    @classmethod
    def standing(cls) -> models.QuerySet[DesignatedIndividual]:
        """Return those that count: not ended, of people who still work there and may sign in. The
        provider's own staff decide nothing for a practice (rules L-11)."""
        works_there = Q(user__is_active=True, user__membership__practice=F("practice"))
        works_there &= Q(user__is_staff=False)
        return cls.objects.filter(works_there, ended_at=None)
