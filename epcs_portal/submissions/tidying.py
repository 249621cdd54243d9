"""Forgetting what is no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.submissions.models import FormSubmission

BATCH = 500  # rows; short transactions, so that nobody waits for a night's worth
BATCHES = 40  # of each kind in one run; the rest is left to the next


def tidy_away(*, at: datetime) -> dict[str, int]:
    """Delete form submissions older than FORM_KEPT_SECONDS and expired sessions; return how many.

    The event says how many went, and nothing of what they were.
    """
    kept_since = at - timedelta(seconds=settings.FORM_KEPT_SECONDS)
    deleted = {
        "submissions": _delete(FormSubmission.objects.filter(claimed_at__lt=kept_since)),
        "sessions": _delete(Session.objects.filter(expire_date__lt=at)),
    }
    if any(deleted.values()):
        with audited_transaction() as trail:
            trail.record(Event.FORM_TIDIED, at=at, **deleted)
    return deleted


def _delete(rows: models.QuerySet[Any]) -> int:
    total = 0
    for _batch in range(BATCHES):
        keys = list(rows.values_list("pk", flat=True)[:BATCH])
        if keys:
            total += rows.filter(pk__in=keys).delete()[0]
        if len(keys) < BATCH:
            break
    return total
