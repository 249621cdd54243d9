"""Forget codes that nobody can enter any more. The trail keeps that they were sent."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from epcs_portal.submissions.batches import BATCH, BATCHES, delete_in_batches
from tokens.models import OutOfBandCode, SendTally


def forget_codes(*, at: datetime, batch: int = BATCH, batches: int = BATCHES) -> int:
    """Delete codes and tallies of CODES_FORGOTTEN_AFTER ago; return how many."""
    before = at - settings.CODES_FORGOTTEN_AFTER
    old = OutOfBandCode.objects.filter(sent_at__lte=before)
    idle = SendTally.objects.filter(since__lte=before)
    return sum(delete_in_batches(rows, batch=batch, batches=batches) for rows in (old, idle))
