"""Forget to whom was written long ago. The words were erased when they were sent."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from epcs_portal.delivery.models import Message
from epcs_portal.submissions.batches import BATCH, BATCHES, delete_in_batches


def forget_messages(*, at: datetime, batch: int = BATCH, batches: int = BATCHES) -> int:
    """Delete messages that were settled, of MESSAGES_FORGOTTEN_AFTER ago; return how many."""
    settled = [Message.State.DONE, Message.State.DEAD]
    before = at - settings.MESSAGES_FORGOTTEN_AFTER
    rows = Message.objects.filter(state__in=settled, created_at__lte=before)
    return delete_in_batches(rows, batch=batch, batches=batches)
