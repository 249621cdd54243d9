"""What the carrier says of a message that was sent: once, twice, or in the wrong order."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.trail import audited_transaction
from epcs_portal.delivery.failures import record_failure
from epcs_portal.delivery.gateway import Progress
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from epcs_portal.sealing import ERASED

LAST_WORDS = {Progress.DELIVERED, Progress.FAILED}


def record_progress(
    *, message: Message, progress: Progress, problem: Problem | None, at: datetime
) -> None:
    """Store the progress if it is one. The first last word stands; earlier ones come too late.

    Words that are still kept, those of a call, are erased with the last word.
    """
    before = min(progress, Progress.DELIVERED)
    rows = Message.objects.filter(pk=message.pk, progress__lt=before)
    columns: dict[str, object] = {"progress": progress, "progress_at": at}
    if progress in LAST_WORDS:
        # Whatever the portal thought of it: it needs no other attempt.
        columns |= {"state": Message.State.DONE, "problem": problem or ""}
        columns |= {"sealed": b"", "sealed_with": ERASED}
    with audited_transaction() as trail:
        if rows.update(**columns) and progress is Progress.FAILED:
            record_failure(trail, message, problem, at=at)
