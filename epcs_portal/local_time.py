"""Times as people read them, in the time zone of the person's practice (the active one)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as format_date


def day_at(zone: str, at: datetime) -> date:
    """Return the day it is there, whoever looks and from where."""
    return at.astimezone(ZoneInfo(zone)).date()


def clock_time(at: datetime | str) -> str:
    """Return ``10:42 AM``."""
    return format_date(_local(at), "g:i A")


def clock_time_with_seconds(at: datetime | str) -> str:
    """Return ``10:42:31 AM``."""
    return format_date(_local(at), "g:i:s A")


def day(at: datetime | str) -> str:
    """Return ``Jan 14, 2026``."""
    return format_date(_local(at), "M j, Y")


def month_and_day(at: datetime | str) -> str:
    """Return ``March 12``: of what began or ends within days."""
    return format_date(_local(at), "F j")


def month_day_and_time(at: datetime | str) -> str:
    """Return ``March 14, 9:12 AM``: until when something may be done, within days."""
    return f"{month_and_day(at)}, {clock_time(at)}"


def date_words(on: date) -> str:
    """Return ``Jan 14, 2026``, of a day that is one whatever the zone."""
    return format_date(on, "M j, Y")


def day_and_time(at: datetime | str, now: datetime, *, today: str = "Today") -> str:
    """Return ``Today, 8:52 AM``, or ``Jan 14, 2026, 8:52 AM``."""
    is_today = _local(at).date() == _local(now).date()
    return f"{today if is_today else day(at)}, {clock_time(at)}"


def day_and_time_with_seconds(at: datetime | str) -> str:
    """Return ``March 11, 2026, 9:51:07 AM EDT``."""
    return format_date(_local(at), "F j, Y, g:i:s A T")


def moment_words(at: datetime | str) -> str:
    """Return ``March 11, 2026, 9:46 AM EDT``: of what is kept, such as a receipt."""
    return format_date(_local(at), "F j, Y, g:i A T")


def _local(at: datetime | str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(at) if isinstance(at, str) else at)
