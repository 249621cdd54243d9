"""A task carries a number and nothing else, and may run twice."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from billing import selectors
from billing.flows.apply_event import apply_event as apply
from billing.flows.follow_order import follow_order
from billing.flows.give_up_refunds import give_up_refunds
from billing.flows.look_up_checkout import look_up_checkout
from billing.flows.revive_events import revive_events
from billing.flows.send_refund import send_refund as send

SWEPT_AGAIN = 30  # seconds, after which a later sweep has found the row anew


# Shorter than OUTBOX_CLAIM: nobody else takes an event while it is being looked into.
@shared_task(time_limit=50)
def apply_event(*, event_id: str, **_later: object) -> None:
    event = selectors.event_by_id(event_id)
    if event is not None:
        apply(event=event, at=timezone.now())


@shared_task(time_limit=50)
def send_refund(*, refund_id: str, **_later: object) -> None:
    refund = selectors.refund_by_id(UUID(refund_id))
    if refund is not None:
        send(refund=refund, at=timezone.now())


@shared_task(time_limit=50)
def look_up(*, checkout_id: str, **_later: object) -> None:
    checkout = selectors.checkout_by_id(UUID(checkout_id))
    if checkout is not None:
        look_up_checkout(checkout=checkout, at=timezone.now())


@shared_task
def sweep(**_later: object) -> int:
    """Send every event and refund that waits to a worker; return how many."""
    at = timezone.now()
    give_up_refunds(at=at)
    events, refunds = selectors.due_events(at), selectors.due_refunds(at)
    for event_id in events:
        apply_event.apply_async(kwargs={"event_id": event_id}, expires=SWEPT_AGAIN)
    for refund_id in refunds:
        send_refund.apply_async(kwargs={"refund_id": str(refund_id)}, expires=SWEPT_AGAIN)
    return len(events) + len(refunds)


@shared_task
def look_up_payments(**_later: object) -> int:
    """Ask about every checkout of which nothing was heard; return how many."""
    at = timezone.now()
    revive_events(at=at)
    silent = selectors.checkouts_to_look_up(at)
    for checkout_id in silent:
        look_up.apply_async(kwargs={"checkout_id": str(checkout_id)}, expires=SWEPT_AGAIN)
    return len(silent)


@shared_task
def follow_spares(**_later: object) -> int:
    """Follow every spare that was added, or was not for too long; return how many."""
    at = timezone.now()
    orders = selectors.orders_to_follow(at)
    for order in orders:
        follow_order(order=order, at=at)
    return len(orders)
