"""A token was in hand a moment ago, so its owner may choose a new EPCS PIN or EPCS password."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models.knowledge_factor import KnowledgeFactor


class KnowledgeProof(models.Model):
    """One accepted one-time password, good for one new PIN, or one new EPCS password, within five
    minutes.

    It counts only in the session it was made in, which is kept as a SHA-256 digest, and only
    while the person's signing state is still of the same generation and the token is still theirs.
    """

    kind = models.CharField(
        max_length=8, choices=KnowledgeFactor.Kind.choices, default=KnowledgeFactor.Kind.PIN
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    session_digest = models.CharField(max_length=64, db_index=True)
    generation = models.PositiveIntegerField()
    token = models.CharField(max_length=40)  # what proved it: "hard token GALH12345678"
    token_id = models.UUIDField(null=True)  # None before the column was there: counts no more
    proven_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} proof of {self.user} by {self.token}"
