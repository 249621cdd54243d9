"""Stock: what a manufacturer told us about each token, before and after it is somebody's."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import Q

from epcs_portal.sealing import SealedRow
from tokens.oath import Algorithm, CounterToken, OathState, TimeToken


class SeedBatch(models.Model):
    """One imported file. The file itself is never kept; its hash is."""

    sha256 = models.CharField(max_length=64, unique=True)
    file_format = models.CharField(max_length=10)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "seed batches"

    def __str__(self) -> str:
        return f"{self.file_format} {self.sha256[:12]}"


class SeedRecord(SealedRow):
    """The seed of one hard token, sealed, and where its moving factor stood at the maker's."""

    purpose = "seed"

    class MovingFactor(models.TextChoices):
        COUNTER = "counter"
        TIME = "time"

    serial = models.CharField(max_length=12, unique=True)
    batch = models.ForeignKey(SeedBatch, models.PROTECT, related_name="records")
    moving_factor = models.CharField(
        max_length=7, choices=MovingFactor.choices, default=MovingFactor.COUNTER
    )
    algorithm = models.CharField(max_length=6, default="sha1")
    digits = models.PositiveSmallIntegerField(default=6)
    period = models.PositiveSmallIntegerField(default=30)  # seconds; time-based tokens only
    first_factor = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)  # as the maker says; RFC 6030 section 5

    class Meta:
        constraints = [
            models.CheckConstraint(name="seed_makes_six_digits", condition=Q(digits=6)),
        ]

    def __str__(self) -> str:
        return f"seed record {self.serial}"

    @property
    def seal_label(self) -> str:
        return self.serial

    def is_expired(self, at: datetime) -> bool:
        return self.expires_at is not None and at >= self.expires_at

    def oath_state(self, *, next_factor: int, drift: int = 0) -> OathState:
        """Return the token as the OATH core sees it. ``drift`` is in time steps."""
        key, algorithm = self.take(), cast(Algorithm, self.algorithm)
        if self.moving_factor == self.MovingFactor.COUNTER:
            return CounterToken(
                key=key, digits=self.digits, algorithm=algorithm, next_counter=next_factor
            )
        return TimeToken(
            key=key,
            digits=self.digits,
            algorithm=algorithm,
            period=self.period,
            drift=drift,
            next_step=next_factor,
        )
