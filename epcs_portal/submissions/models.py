"""What became of a form that was sent."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q


class FormSubmission(models.Model):
    """One form key, claimed by the first post that brought it. Kept for a day.

    It holds the answer, never what was typed: the page to go to and the note to show
    there, or the code of a refusal, and their facts.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key_digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the key's nonce, hex
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    page = models.CharField(max_length=200)
    claimed_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    result_page = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=60, blank=True)
    refusal = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="submission_answer_is_complete",
                condition=Q(answered_at__isnull=True, result_page="", refusal="")
                | (Q(answered_at__isnull=False, refusal="") & ~Q(result_page=""))
                | (Q(answered_at__isnull=False, result_page="") & ~Q(refusal="")),
            )
        ]

    def __str__(self) -> str:
        return f"Form submission {self.uuid}"
