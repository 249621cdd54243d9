"""A support case that lets one prescriber revoke their own EPCS account."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RevocationCase(models.Model):
    """Issued by support for one person and a day, used once.

    ``used_at`` is when the account was revoked: from then on nothing from before it counts, no
    proofing, grant or access change (``accounts.signing_access``, ``tokens.selectors``).
    """

    number = models.CharField(max_length=12, unique=True)  # "CS-7306-4118"
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="revocation_cases"
    )
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-used_at"])]
        constraints = [
            models.CheckConstraint(
                name="revocation_case_ends", condition=Q(expires_at__gt=F("issued_at"))
            ),
            models.CheckConstraint(
                name="revocation_case_used_in_time",
                condition=Q(used_at=None)
                | Q(used_at__gte=F("issued_at"), used_at__lt=F("expires_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.number}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and at < self.expires_at
