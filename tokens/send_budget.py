"""How many codes may be sent. Each costs money, and each is a text somebody did not ask for.

Toll fraud: a stranger makes a portal send codes to numbers that earn for each (premium and
foreign numbers are refused elsewhere). So one person, one number and the whole portal have limits.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from epcs_portal.refusals import Refusal
from tokens.models import CodesStopped, SendTally
from tokens.phone_refusals import CodeSendsUsedUp, CodesPaused

PORTAL = "portal"


def take_one(user_id: int, number: str, *, at: datetime) -> Refusal | None:
    """Count one message to this number, or return why it may not be sent. The person is locked."""
    if CodesStopped.objects.filter(started_at=None).exists():
        return CodesPaused()
    limits = _limits(user_id, number)
    tallies = _locked(list(limits))
    for tally in tallies:
        allowed, period = limits[tally.key]
        again_at = tally.tries.used_up_until(at, allowed=allowed, period=period)
        if again_at is not None:
            if tally.key == PORTAL:
                return CodesPaused()
            return CodeSendsUsedUp(again_at=again_at.isoformat())
    for tally in tallies:
        counted = tally.tries.after_one(at, period=limits[tally.key][1])
        tally.made, tally.since = counted.made, counted.since
    SendTally.objects.bulk_update(tallies, ["made", "since"])
    return None


def _limits(user_id: int, number: str) -> dict[str, tuple[int, timedelta]]:
    hour = timedelta(hours=1)
    return {
        f"phone:{user_id}:{number}": (settings.CODE_SENDS, settings.CODE_SENDS_PERIOD),
        f"person:{user_id}": (settings.CODE_SENDS_AN_HOUR, hour),
        f"number:{number}": (settings.CODE_SENDS_AN_HOUR, hour),
        PORTAL: (settings.CODE_SENDS_A_DAY, timedelta(days=1)),
    }


def _locked(keys: list[str]) -> list[SendTally]:
    """Return the tallies, ours until the transaction ends, always in the same order."""
    SendTally.objects.bulk_create([SendTally(key=key) for key in keys], ignore_conflicts=True)
    # On SQLite the lock is a no-op: there the transaction itself is exclusive.
    rows = SendTally.objects.select_for_update(no_key=True).filter(key__in=keys)
    return list(rows.order_by("key"))
