"""Money that support sends back."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from billing.models.checkout import Checkout
from epcs_portal.outbox import OutboxRow


class Refund(OutboxRow):
    """Written with the agent's decision; a worker asks the payment service, under the row's key."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    checkout = models.ForeignKey(Checkout, models.PROTECT, related_name="refunds")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    refund_id = models.CharField(max_length=255, blank=True)

    class Meta(OutboxRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["checkout"], condition=~Q(state="dead"), name="one_refund_a_checkout"
            )
        ]

    def __str__(self) -> str:
        return f"refund of {self.checkout}"

    @property
    def idempotency_key(self) -> str:
        return f"refund-{self.pk}"
