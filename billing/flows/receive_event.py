"""Write down that the payment service told of something; a worker looks into it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from billing.models import PaymentEvent
from billing.payments.processor import ReceivedEvent
from epcs_portal.delivery.postbox import send_task

APPLY = "billing.tasks.apply_event"


def receive_event(*, event: ReceivedEvent, at: datetime) -> None:
    """Store the event, once: told again, nothing is stored. Without a broker the sweep finds it."""
    row = PaymentEvent(
        event_id=event.event_id,
        kind=event.kind[:60],
        session_id=event.session_id,
        payment_intent=event.payment_intent[:64],
        happened_at=event.happened_at,
        received_at=at,
        due_at=at,
    )
    with transaction.atomic(durable=True):
        PaymentEvent.objects.bulk_create([row], ignore_conflicts=True)
        wake = partial(send_task, APPLY, {"event_id": event.event_id})
        transaction.on_commit(wake, robust=True)
