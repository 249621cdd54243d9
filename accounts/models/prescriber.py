"""A prescriber, and the registrations they prescribe under."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef

from accounts.registration_numbers import is_dea_number, is_npi
from tokens.models import RevocationCase


def validate_npi(number: str) -> None:
    if not is_npi(number):
        raise ValidationError("An NPI has 10 digits and a matching check digit.")


def validate_dea_number(number: str) -> None:
    if not is_dea_number(number):
        raise ValidationError("A DEA number has 2 letters, 7 digits and a matching check digit.")


def revoked_since(user: Any) -> models.QuerySet[RevocationCase]:
    """Return what revoked the account of this user after the proofing of the outer query."""
    return RevocationCase.objects.filter(user=user, used_at__gte=OuterRef("completed_at"))


class Prescriber(models.Model):
    """An individual practitioner (DEA's word) who may come to sign here."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="prescriber")
    npi = models.CharField(max_length=10, unique=True, validators=[validate_npi])

    def __str__(self) -> str:
        return f"prescriber {self.user}"

    @property
    def is_registered(self) -> bool:
        """Whether the EPCS account was opened: identity proofing is on record, both activation
        pieces came back, and the account was not revoked since."""
        activated = self.identity_proofings.filter(activated_at__isnull=False)
        return activated.filter(~Exists(revoked_since(self.user_id))).exists()


class DeaRegistration(models.Model):
    """A DEA number, and what it lets its holder prescribe (21 CFR 1311.120(b)(1))."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        ENDED = "ended"

    prescriber = models.ForeignKey(Prescriber, models.PROTECT, related_name="dea_registrations")
    number = models.CharField(max_length=9, unique=True, validators=[validate_dea_number])
    suffix = models.CharField(max_length=20, blank=True)  # institutional code, 21 CFR 1301.22(c)(5)
    state = models.CharField(max_length=2)
    schedules = models.CharField(max_length=20)  # of "2,2N,3,3N,4,5"
    address = models.CharField(max_length=200)
    expires_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.ACTIVE)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verified_on = models.DateField()
    # When it was renewed after its expiry, or added later: access given before is given anew.
    new_authority_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "DEA registration"

    def __str__(self) -> str:
        return f"{self.number}-{self.suffix}" if self.suffix else self.number

    def is_in_force(self, *, on: date) -> bool:
        """Return whether it counts on this day of the practice (21 CFR 1311.125(d)(2))."""
        return self.status == self.Status.ACTIVE and on <= self.expires_on
