"""What lets a person bind a token, and how often they may try."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tokens.throttle import Tries


class EnrollmentGrant(models.Model):
    """For one person and a day: add the first factors, with nothing yet to step up with.

    The two activation pieces of registration give it (21 CFR 1311.105(c)).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrollment_grants"
    )
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="enrollment_grant_ends", condition=Q(expires_at__gt=F("given_at"))
            )
        ]

    def __str__(self) -> str:
        return f"enrollment grant of {self.user}"


class BindingTries(models.Model):
    """Failures while adding count against the person, never against stock."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    made = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"binding tries of {self.user}"

    @property
    def tries(self) -> Tries:
        return Tries(made=self.made, since=self.since)
