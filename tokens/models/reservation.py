"""A token from stock that is on its way to one prescriber."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tokens.models.seed_record import SeedRecord


class Reservation(models.Model):
    """While it stands nobody else can bind the token. The row is kept when it ended."""

    seed_record = models.ForeignKey(SeedRecord, models.PROTECT, related_name="reservations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reservations")
    reserved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reserved_at = models.DateTimeField()
    expected_on = models.DateField()
    ended_at = models.DateTimeField(null=True)  # bound, or taken back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seed_record"], condition=Q(ended_at=None), name="one_reservation_a_seed"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="one_reservation_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seed_record.serial} for {self.user}"
