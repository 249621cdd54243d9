"""Forget failed sign-in attempts that no longer count."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import SignInFailures
from epcs_portal.submissions.batches import BATCH, BATCHES, delete_in_batches


def forget_sign_in_failures(*, at: datetime, batch: int = BATCH, batches: int = BATCHES) -> int:
    """Delete counts whose last attempt is SIGN_IN_FORGOTTEN_AFTER ago; return how many."""
    rows = SignInFailures.objects.filter(last_at__lte=at - settings.SIGN_IN_FORGOTTEN_AFTER)
    return delete_in_batches(rows, batch=batch, batches=batches)
