"""How a hard token is doing, from what verification left behind."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.local_time import day, day_and_time
from tokens.models import HardToken


def health_of(token: HardToken, *, at: datetime) -> list[dict[str, str]]:
    """Return what the test page shows: last use, presses skipped, age."""
    used = day_and_time(token.last_used_at, at) if token.last_used_at else "Not yet"
    months = (at - token.bound_at).days // 30
    age = f"{months} month{'' if months == 1 else 's'}" if months else "Less than a month"
    return [
        {"label": "Last used", "value": used},
        {"label": "Presses skipped so far", "value": str(token.presses_skipped)},
        {"label": "Added", "value": f"{day(token.bound_at)} ({age.lower()})"},
    ]
