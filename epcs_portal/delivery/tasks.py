"""A task carries a number and nothing else, and may run twice."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from epcs_portal.delivery import selectors
from epcs_portal.delivery.flows.close_expired import close_expired
from epcs_portal.delivery.flows.deliver import deliver as deliver_message
from epcs_portal.delivery.flows.forget_messages import forget_messages as forget

SWEPT_AGAIN = 30  # seconds, after which a later sweep has found the row anew


# Shorter than OUTBOX_CLAIM: nobody else takes a message while it is being sent.
@shared_task(time_limit=50)
def deliver(*, message_id: str, **_later: object) -> None:
    message = selectors.message_by_id(UUID(message_id))
    if message is not None:
        deliver_message(message=message, at=timezone.now())


@shared_task
def sweep(**_later: object) -> int:
    """Send every message that waits and has no task, or whose worker died; return how many."""
    at = timezone.now()
    close_expired(at=at)
    waiting = selectors.due_ids(at)
    for message_id in waiting:
        deliver.apply_async(kwargs={"message_id": str(message_id)}, expires=SWEPT_AGAIN)
    return len(waiting)


@shared_task
def forget_messages(**_later: object) -> int:
    return forget(at=timezone.now())
