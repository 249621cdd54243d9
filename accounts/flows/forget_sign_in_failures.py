"""Forget failed sign-in attempts that no longer count."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import SignInFailures


def forget_sign_in_failures(*, at: datetime) -> int:
    """Delete counts whose last attempt is SIGN_IN_FORGOTTEN_AFTER ago; return how many."""
    rows = SignInFailures.objects.filter(last_at__lte=at - settings.SIGN_IN_FORGOTTEN_AFTER)
    return rows.delete()[0]
