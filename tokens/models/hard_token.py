"""A one-time-password fob, bound to one prescriber."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from tokens.models.oath_token import OathToken
from tokens.models.seed_record import SeedRecord


class HardToken(OathToken):
    """Refers to its seed record and never copies the seed."""

    seed_record = models.ForeignKey(SeedRecord, models.PROTECT, related_name="hard_tokens")

    class Meta(OathToken.Meta):
        verbose_name = "hardware token"
        constraints = [
            *OathToken.Meta.constraints,
            models.UniqueConstraint(
                fields=["seed_record"], condition=~Q(status="removed"), name="one_binding_a_seed"
            ),
        ]

    @classmethod
    def live(cls) -> models.QuerySet[Self]:
        """Return the tokens somebody holds: at most one a person, at most one a seed."""
        return cls.objects.exclude(status=cls.Status.REMOVED)

    def __str__(self) -> str:
        return f"hard token {self.serial}"

    @property
    def serial(self) -> str:
        return self.seed_record.serial

    @property
    def seed_source(self) -> SeedRecord:
        return self.seed_record

    @property
    def expires_at(self) -> datetime | None:
        return self.seed_record.expires_at
