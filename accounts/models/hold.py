"""Somebody said of a change: this wasn't me."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from tokens.models import SecurityNotice


class Hold(models.Model):
    """While it is not lifted its person signs nothing. It is no access change.

    One for each notice: its button works once.
    """

    class LiftedBy(models.TextChoices):
        OWN_FACTORS = "own-factors"
        DESIGNATED_INDIVIDUAL = "designated-individual"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="holds")
    notice = models.OneToOneField(SecurityNotice, models.PROTECT, related_name="hold")
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    assurance = models.CharField(max_length=200, blank=True)  # how a designee made sure
    lifted_by = models.CharField(max_length=21, choices=LiftedBy.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user"], condition=Q(lifted_at=None), name="holds_that_stand")
        ]
        constraints = [
            models.CheckConstraint(
                name="hold_lifted_by_somebody",
                condition=Q(lifted_at=None, lifted_by="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_by="")),
            )
        ]

    def __str__(self) -> str:
        return f"hold of {self.user}"
