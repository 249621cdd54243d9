"""One attempt to pay an order on the payment service's own page."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q

from billing.models.token_order import TokenOrder


class Checkout(models.Model):
    """Written before the payment service is asked, so that asking again makes no second one.

    ``asked`` is what it is asked, word for word: a key with other words is refused. ``settled_at``
    is when the service said that it was paid, or that it cannot be any more. ``settlements``
    counts what was stored of its answers: an answer from before another one is asked anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.ForeignKey(TokenOrder, models.PROTECT, related_name="checkouts")
    attempt = models.PositiveSmallIntegerField()
    idempotency_key = models.CharField(max_length=60, unique=True)
    asked = models.JSONField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    session_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001
    url = models.TextField(blank=True)  # where it is paid; opens to who knows it
    payment_intent = models.CharField(max_length=64, blank=True, db_index=True)
    paid_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    settlements = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "attempt"], name="checkout_attempt"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(settled_at=None), name="one_open_checkout_an_order"
            ),
        ]

    def __str__(self) -> str:
        return f"checkout {self.attempt} of {self.order}"

    def can_be_paid(self, at: datetime) -> bool:
        return bool(self.url) and self.settled_at is None and at < self.expires_at
