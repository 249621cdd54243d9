"""A spare hard token that was promised to one prescriber, and is on its way to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tokens.models.seed_record import SeedRecord


class Reservation(models.Model):
    """From its order on, one a person. Once a token was taken from stock for it nobody else can
    bind that one; recalled, nobody can. The row is kept when it ended: bound, or taken back.

    ``order`` names the order in billing, which tokens know nothing of.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reservations")
    order = models.UUIDField(null=True)
    order_number = models.CharField(max_length=12, blank=True)
    destination = models.CharField(max_length=20, blank=True)  # "Practice Address"
    ordered_at = models.DateTimeField()
    expected_on = models.DateField()
    seed_record = models.ForeignKey(
        SeedRecord, models.PROTECT, null=True, related_name="reservations"
    )
    reserved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reserved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seed_record"], condition=Q(ended_at=None), name="one_reservation_a_seed"
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at=None, recalled_at=None),
                name="one_reservation_a_person",
            ),
            models.CheckConstraint(
                name="reserved_token_was_picked",
                condition=Q(seed_record=None, reserved_at=None, sent_at=None)
                | Q(seed_record__isnull=False, reserved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.serial or 'a spare'} for {self.user}"

    @property
    def serial(self) -> str:
        """Return "" until a token was taken from stock for it."""
        return self.seed_record.serial if self.seed_record else ""
