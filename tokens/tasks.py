from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tokens.flows.forget_codes import forget_codes as forget
from tokens.flows.tell_contacts import tell_contacts as tell


@shared_task
def tell_contacts(**_later: object) -> int:
    """Write to everybody who has to know of a change. It may run twice."""
    return tell(at=timezone.now())


@shared_task
def forget_codes(**_later: object) -> int:
    """Delete codes that are long over. It may run twice."""
    return forget(at=timezone.now())
