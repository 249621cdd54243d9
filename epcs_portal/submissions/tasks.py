from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from epcs_portal.submissions.flows.tidy import tidy_away


@shared_task
def tidy(**_later: object) -> dict[str, int]:
    """Delete old form submissions and expired sessions. It may run twice."""
    return tidy_away(at=timezone.now())
