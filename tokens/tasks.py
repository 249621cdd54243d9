from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from tokens import selectors
from tokens.flows.forget_codes import forget_codes as forget
from tokens.flows.forget_setups import forget_setups as forget_old_setups
from tokens.flows.give_up_notices import give_up_notices
from tokens.flows.ring_doorbell import ring_doorbell as ring
from tokens.flows.tell_contacts import tell_contacts as tell

log = logging.getLogger(__name__)

SWEPT_AGAIN = 30  # seconds, after which a later sweep has found the notice anew


@shared_task(time_limit=50)
def tell_contacts(*, notice_id: str, **_later: object) -> None:
    """Write to everybody who has to know of a change. It may run twice."""
    notice = selectors.notice_by_id(UUID(notice_id))
    if notice is not None:
        tell(notice=notice, at=timezone.now())


@shared_task
def sweep_notices(**_later: object) -> int:
    """Send every notice that waits to a worker; return how many."""
    at = timezone.now()
    give_up_notices(at=at)
    waiting = selectors.due_notices(at)
    for notice_id in waiting:
        tell_contacts.apply_async(kwargs={"notice_id": str(notice_id)}, expires=SWEPT_AGAIN)
    return len(waiting)


@shared_task
def forget_codes(**_later: object) -> int:
    """Delete codes that are long over. It may run twice."""
    return forget(at=timezone.now())


@shared_task
def forget_setups(**_later: object) -> int:
    """Destroy the seeds of Mobile IDs that nobody finished adding. It may run twice."""
    return forget_old_setups(at=timezone.now())


@shared_task(time_limit=30)
def ring_doorbell(*, request_id: str, **_later: object) -> None:
    """Ring the phone that was asked. It may ring twice."""
    request = selectors.request_by_id(UUID(request_id))
    problem = None if request is None else ring(request=request, at=timezone.now())
    if problem is not None:
        log.info("A phone's bell did not ring: %s.", problem.value)
