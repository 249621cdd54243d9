"""The demo's payment service at work. A task carries a name and nothing else, and may run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from epcs_portal.demo.models import VirtualPaymentEvent
from epcs_portal.demo.payment_notices import send

AT_A_TIME = 20


@shared_task(time_limit=50)
def send_payment_event(*, event_id: str, **_later: object) -> None:
    event = VirtualPaymentEvent.objects.filter(event_id=event_id).first()
    if event is not None:
        send(event, at=timezone.now())


@shared_task(time_limit=50)
def sweep_payment_events(**_later: object) -> int:
    """Send every event that waits; return how many."""
    waiting = list(VirtualPaymentEvent.due(timezone.now())[:AT_A_TIME])
    for event in waiting:
        send(event, at=timezone.now())
    return len(waiting)
