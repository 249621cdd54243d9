"""Logical access control: one designated individual enters a change, a second executes it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.practice import Practice
from accounts.models.prescriber import Prescriber


class AccessChange(models.Model):
    """A grant or revocation of the permission to sign (21 CFR 1311.125(c)).

    It takes effect when executed. A row is never changed after that, and never deleted.
    """

    class Kind(models.TextChoices):
        GRANT = "grant"
        REVOKE = "revoke"

    class Reason(models.TextChoices):
        """The four of 21 CFR 1311.125(d)."""

        FACTOR_COMPROMISED = "factor-compromised"
        REGISTRATION_EXPIRED = "registration-expired"
        REGISTRATION_ENDED = "registration-ended"
        NO_LONGER_AUTHORIZED = "no-longer-authorized"

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="access_changes")
    prescriber = models.ForeignKey(Prescriber, models.PROTECT, related_name="access_changes")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    executed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["prescriber", "-executed_at"])]
        constraints = [
            models.CheckConstraint(
                name="access_change_takes_two_people",
                condition=Q(executed_by=None) | ~Q(executed_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="access_change_executed_by_somebody",
                condition=Q(executed_by=None, executed_at=None)
                | Q(executed_by__isnull=False, executed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="access_change_revoked_for_a_reason",
                condition=Q(kind="grant", reason="") | (Q(kind="revoke") & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.prescriber}"
