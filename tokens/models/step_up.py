"""A session whose person has proven possession again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tokens.models.backup_phone import BackupPhone
from tokens.models.hard_token import HardToken
from tokens.models.soft_token import SoftToken


class StepUp(models.Model):
    """One step-up. A cookie of its own names it, and it counts only in the session it was made in.

    The session key is rotated at sign-in alone, so that a poll in flight signs nobody out.
    Both values are kept as SHA-256 digests: the row opens nothing.
    """

    class Method(models.TextChoices):
        HARD_TOKEN = "hard-token", "Hardware token"
        MOBILE_CODE = "mobile-code", "Mobile ID code"
        MOBILE_PUSH = "mobile-push", "Mobile ID push notification"
        TEXT = "text", "Text message"
        CALL = "call", "Phone call"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cookie_digest = models.CharField(max_length=64, unique=True)
    session_digest = models.CharField(max_length=64, db_index=True)
    method = models.CharField(max_length=12, choices=Method.choices)
    hard_token = models.ForeignKey(HardToken, models.PROTECT, null=True, related_name="+")
    soft_token = models.ForeignKey(SoftToken, models.PROTECT, null=True, related_name="+")
    backup_phone = models.ForeignKey(BackupPhone, models.PROTECT, null=True, related_name="+")
    proven_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="step_up_by_one_thing",
                condition=Q(
                    method="hard-token",
                    hard_token__isnull=False,
                    soft_token=None,
                    backup_phone=None,
                )
                | Q(
                    method__in=["mobile-code", "mobile-push"],
                    hard_token=None,
                    soft_token__isnull=False,
                    backup_phone=None,
                )
                | Q(
                    method__in=["text", "call"],
                    hard_token=None,
                    soft_token=None,
                    backup_phone__isnull=False,
                ),
            )
        ]

    def __str__(self) -> str:
        return f"step-up of {self.user} by {self.method}"
