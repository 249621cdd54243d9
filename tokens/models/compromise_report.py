"""The practitioner says that a factor is no longer only theirs."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class CompromiseReport(models.Model):
    """Lost, stolen or compromised (21 CFR 1311.102(b)).

    From this row on its person may not sign, until an access change is executed after it
    (21 CFR 1311.125(d)(1)). Nothing else says so: ``accounts.signing_access`` derives it.
    """

    class What(models.TextChoices):
        HARD_TOKEN = "hard-token", "Hardware token"
        KNOWLEDGE = "knowledge", "EPCS PIN or EPCS password"

    class Circumstance(models.TextChoices):
        LOST = "lost", "Lost"
        STOLEN = "stolen", "Stolen"
        COMPROMISED = "compromised", "Someone else used it or may know it"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="compromise_reports"
    )
    what = models.CharField(max_length=10, choices=What.choices)
    circumstance = models.CharField(max_length=11, choices=Circumstance.choices)
    discovered_at = models.DateTimeField()
    reported_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-reported_at"])]
        constraints = [
            models.CheckConstraint(
                name="compromise_discovered_before_reported",
                condition=Q(reported_at__gte=F("discovered_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.user}, {self.circumstance}"
