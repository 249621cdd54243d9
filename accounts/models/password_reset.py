"""An eRx administrator reset somebody's EPCS password: its owner may set a new one."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class PasswordReset(models.Model):
    """For one person and 72 hours, used once. It shows and chooses no password.

    The password from before was dead when this row was written. At most one a person is neither
    used nor ended; it is open until ``expires_at``.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reset_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reset_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # its time was over, and another one was made

    class Meta:
        indexes = [models.Index(fields=["user", "-reset_at"])]
        constraints = [
            models.CheckConstraint(
                name="password_reset_ends", condition=Q(expires_at__gt=F("reset_at"))
            ),
            models.CheckConstraint(
                name="password_reset_by_somebody_else", condition=~Q(user=F("reset_by"))
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at=None, ended_at=None),
                name="one_password_reset_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"EPCS password reset of {self.user}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and self.ended_at is None and at < self.expires_at
