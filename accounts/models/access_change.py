"""Logical access control: one designated individual enters a change, a second executes it."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.practice import Practice
from accounts.models.prescriber import Prescriber


class AccessChange(models.Model):
    """A grant or revocation of the permission to sign (21 CFR 1311.125(c)).

    It takes effect when executed; a revocation stops signing already when it is entered. What was
    entered is never changed, and what was executed or rejected stays so: ``accounts.guards``.
    ``text`` is all that the second person is shown, and ``digest`` the SHA-256 of it.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "Grant"
        REVOKE = "revoke", "Revoke"

    class Reason(models.TextChoices):
        """The four of 21 CFR 1311.125(d)."""

        FACTOR_COMPROMISED = (
            "factor-compromised",
            "A token, PIN, password or phone was lost, stolen or compromised",
        )
        REGISTRATION_EXPIRED = "registration-expired", "The DEA registration expired"
        REGISTRATION_ENDED = (
            "registration-ended",
            "The DEA registration was terminated, revoked or suspended",
        )
        NO_LONGER_AUTHORIZED = "no-longer-authorized", "No longer authorized to prescribe here"

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)  # what addresses call it
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="access_changes")
    prescriber = models.ForeignKey(Prescriber, models.PROTECT, related_name="access_changes")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    discovered_on = models.DateField(null=True)  # of a revocation; 21 CFR 1311.125(d)
    # Of a grant: how the DEA registration and the State's authorization were checked, 1311.125(b)
    checked_on = models.DateField(null=True)
    dea_source = models.CharField(max_length=100, blank=True)
    state_source = models.CharField(max_length=100, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    text = models.TextField()
    digest = models.CharField(max_length=64)

    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    executed_at = models.DateTimeField(null=True)
    executed_with = models.CharField(max_length=100, blank=True)  # "EPCS PIN, hard token GALH…"
    is_own = models.BooleanField(default=False)  # by the only registrant there; reports say so
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    rejected_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["prescriber", "-executed_at"]),
            models.Index(fields=["practice", "-entered_at"]),
        ]
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
                name="access_change_rejected_by_somebody",
                condition=Q(rejected_by=None, rejected_at=None)
                | Q(rejected_by__isnull=False, rejected_at__isnull=False, executed_at=None),
            ),
            models.CheckConstraint(
                name="access_change_executed_in_time",
                condition=Q(executed_at=None)
                | Q(executed_at__gte=F("entered_at"), executed_at__lt=F("expires_at")),
            ),
            models.CheckConstraint(
                name="access_change_revoked_for_a_reason",
                condition=Q(kind="grant", reason="", discovered_on=None)
                | (Q(kind="revoke", discovered_on__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="access_change_granted_after_a_check",
                condition=Q(kind="revoke", checked_on=None)
                | (
                    Q(kind="grant", checked_on__isnull=False)
                    & ~Q(dea_source="")
                    & ~Q(state_source="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"access change {self.pk}: {self.kind}"

    def is_pending(self, at: datetime) -> bool:
        """Whether somebody can still execute it."""
        return self.executed_at is None and self.rejected_at is None and at < self.expires_at
