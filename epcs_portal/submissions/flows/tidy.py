"""Forget what is no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.submissions.batches import BATCH, BATCHES, delete_in_batches
from epcs_portal.submissions.models import FormSubmission


def tidy_away(*, at: datetime, batch: int = BATCH, batches: int = BATCHES) -> dict[str, int]:
    """Delete form submissions older than FORM_KEPT_SECONDS and expired sessions; return how many.

    The event says how many went, and nothing of what they were.
    """
    kept_since = at - timedelta(seconds=settings.FORM_KEPT_SECONDS)
    old = FormSubmission.objects.filter(claimed_at__lt=kept_since)
    expired = Session.objects.filter(expire_date__lt=at)
    submissions = delete_in_batches(old, batch=batch, batches=batches)
    sessions = delete_in_batches(expired, batch=batch, batches=batches)
    # Afterwards: in one transaction with the event, every batch would hold up all who write until
    # the last was gone. A crash in between loses a count, and nothing that anybody did.
    if submissions or sessions:
        with audited_transaction() as trail:
            trail.record(Event.FORM_TIDIED, at=at, submissions=submissions, sessions=sessions)
    return {"submissions": submissions, "sessions": sessions}
