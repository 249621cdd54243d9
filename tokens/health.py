"""How a hard token is doing, from what verification left behind."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from epcs_portal.local_time import day, day_and_time
from tokens.models import HardToken


def health_of(token: HardToken, *, at: datetime) -> list[dict[str, str]]:
    """Return what the test page shows: last use, presses skipped, age, and what of the battery."""
    used = day_and_time(token.last_used_at, at) if token.last_used_at else "Not yet"
    months = (at - token.bound_at).days // 30
    age = f"{months} month{'' if months == 1 else 's'}" if months else "Less than a month"
    return [
        {"label": "Last used", "value": used},
        {"label": "Presses skipped so far", "value": str(token.presses_skipped)},
        {"label": "Added", "value": f"{day(token.bound_at)} ({age.lower()})"},
        {"label": "Battery", "value": _battery(token, at=at)},
    ]


def ends_at(token: HardToken) -> datetime:
    """Return the date the maker gave, else one by age: no token tells how full its battery is."""
    return token.expires_at or token.bound_at + settings.TOKEN_LIVES


def is_old(token: HardToken, *, at: datetime) -> bool:
    """Whether it is time to order a spare."""
    return ends_at(token) - at <= settings.TOKEN_AGES


def _battery(token: HardToken, *, at: datetime) -> str:
    years, ends = settings.TOKEN_LIVES.days // 365, ends_at(token)
    is_known = "Ends" if token.expires_at else f"Lasts about {years} years, to about"
    if not is_old(token, at=at):
        return f"{is_known} {day(ends)}"
    return f"{is_known} {day(ends)}. Order a spare now, so that you are never without one."
