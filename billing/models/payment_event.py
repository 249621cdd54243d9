"""What the payment service told us: that something happened, and to which payment."""

from __future__ import annotations

from django.db import models

from epcs_portal.outbox import OutboxRow


class PaymentEvent(OutboxRow):
    """Stored once, answered at once, worked on later. What it says is asked again, so its body,
    which has names and addresses in it, is not kept."""

    NOT_OURS = "not-ours"  # the problem of an event about somebody else's payment

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=60)
    session_id = models.CharField(max_length=255, blank=True)
    payment_intent = models.CharField(max_length=64, blank=True)
    happened_at = models.DateTimeField()  # as the service says
    received_at = models.DateTimeField()

    class Meta(OutboxRow.Meta):
        verbose_name = "payment event"

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
