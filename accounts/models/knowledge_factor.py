"""What a prescriber knows: an EPCS PIN, an EPCS password, or both."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from epcs_portal.sealing import SealedRow


class KnowledgeFactor(SealedRow):
    """The Argon2id hash of a PIN or password, sealed.

    There are 8,978 PINs: a stolen hash falls in under an hour, a sealed one does not fall.
    """

    purpose = "knowledge factor"

    class Kind(models.TextChoices):
        PIN = "pin", "EPCS PIN"
        PASSWORD = "password", "EPCS password"
        FORMER = "former", "former EPCS password"  # the next one must be another; it proves nothing

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="knowledge_factors"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_knowledge_factor_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.user}"

    @property
    def seal_label(self) -> str:
        return f"{self.kind} of {self.user_id}"
