"""The practitioner says that a factor is no longer only theirs."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tokens.models.backup_phone import BackupPhone
from tokens.models.hard_token import HardToken
from tokens.models.soft_token import SoftToken


class CompromiseReport(models.Model):
    """Lost, stolen or compromised (21 CFR 1311.102(b)).

    From this row on its person may not sign, until an access change is executed after it
    (21 CFR 1311.125(d)(1)). Nothing else says so: ``accounts.signing_access`` derives it.
    ``due_at`` is the end of one business day after the discovery.
    """

    class What(models.TextChoices):
        HARD_TOKEN = "hard-token", "Hardware token"
        MOBILE_ID = "mobile-id", "Smartphone with Mobile ID"
        BACKUP_PHONE = "backup-phone", "Backup phone"
        KNOWLEDGE = "knowledge", "EPCS PIN or EPCS password"
        NOT_SAID = "not-said", "Not said"  # support suspended signing

    class Circumstance(models.TextChoices):
        LOST = "lost", "Lost"
        STOLEN = "stolen", "Stolen"
        COMPROMISED = "compromised", "Someone else used it or may know it"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="compromise_reports"
    )
    what = models.CharField(max_length=12, choices=What.choices)
    circumstance = models.CharField(max_length=11, choices=Circumstance.choices)
    discovered_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # null before it was kept
    details = models.CharField(max_length=500, blank=True)
    # Who wrote it down: the person, or a support agent on the telephone.
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    hard_token = models.ForeignKey(HardToken, models.PROTECT, null=True, related_name="reports")
    soft_token = models.ForeignKey(SoftToken, models.PROTECT, null=True, related_name="reports")
    backup_phone = models.ForeignKey(BackupPhone, models.PROTECT, null=True, related_name="reports")
    # False for one of many in an hour: contacts and designees are not told of it.
    is_told = models.BooleanField(default=True)
    # False while the trail could not be written: the report is kept all the same.
    is_on_trail = models.BooleanField(default=True)

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

    @property
    def factor(self) -> HardToken | SoftToken | BackupPhone | None:
        return self.hard_token or self.soft_token or self.backup_phone

    @property
    def is_by_support(self) -> bool:
        """Whether an agent wrote it down, who stopped signing and knew no more."""
        return self.what == self.What.NOT_SAID

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.reported_at > self.due_at
