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

BATCH = 500  # rows deleted at a time, so that nobody waits for a night's worth
BATCHES = 40  # of each kind in one run; the rest is left to the next


def tidy_away(*, at: datetime, batch: int = BATCH, batches: int = BATCHES) -> dict[str, int]:
    """Delete form submissions older than FORM_KEPT_SECONDS and expired sessions; return how many.

    The event says how many went, and nothing of what they were.
    """
    kept_since = at - timedelta(seconds=settings.FORM_KEPT_SECONDS)
    old = FormSubmission.objects.filter(claimed_at__lt=kept_since)
    expired = Session.objects.filter(expire_date__lt=at)
    submissions = _delete(old, batch=batch, batches=batches)
    sessions = _delete(expired, batch=batch, batches=batches)
    if submissions or sessions:
        with audited_transaction() as trail:
            trail.record(Event.FORM_TIDIED, at=at, submissions=submissions, sessions=sessions)
    return {"submissions": submissions, "sessions": sessions}


def _delete(rows: models.QuerySet[Any], *, batch: int, batches: int) -> int:
    total = 0
    for _ in range(batches):
        keys = list(rows.values_list("pk", flat=True)[:batch])
        total += rows.filter(pk__in=keys).delete()[0]
        if len(keys) < batch:
            break
    return total
