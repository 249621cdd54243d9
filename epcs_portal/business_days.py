"""The business days of 21 CFR 1311: not a Saturday, a Sunday or a federal holiday.

Pure. The eleven holidays of 5 U.S.C. 6103(a) are reckoned here: the library that knows them knows
those of 250 countries too, and takes 46 MB and most of a second before it says the first.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
ONE_DAY = timedelta(days=1)


def due_at(discovered_at: datetime, zone: ZoneInfo) -> datetime:
    """Return the last moment of the next business day after the day of discovery in ``zone``.

    The moment still belongs to that day, so it is shown with the right date; what happens at any
    later one is late. The rest of the day of discovery is given, whatever day it is.
    """
    day = after(discovered_at.astimezone(zone).date(), 1)
    return datetime.combine(day, time.max, tzinfo=zone)


def after(day: date, count: int) -> date:
    """Return the ``count``-th business day after ``day``."""
    for _each in range(count):
        day += ONE_DAY
        while not is_business_day(day):
            day += ONE_DAY
    return day


def is_business_day(day: date) -> bool:
    # The New Year's Day of the next year may be observed on December 31.
    observed = federal_holidays(day.year) | federal_holidays(day.year + 1)
    return day.weekday() < SATURDAY and day not in observed


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """Return the days on which the holidays of ``year`` are observed (5 U.S.C. 6103(b)).

    Inauguration Day is kept around Washington alone, and what a President closes for one day,
    such as December 24, is none of the law's: neither is counted.
    """
    fixed = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)]
    return frozenset(
        [
            *(_observed(date(year, month, day)) for month, day in fixed),
            _nth(3, MONDAY, year, 1),  # Birthday of Martin Luther King, Jr.
            _nth(3, MONDAY, year, 2),  # Washington's Birthday
            _nth(1, MONDAY, year, 6) - 7 * ONE_DAY,  # Memorial Day, the last Monday of May
            _nth(1, MONDAY, year, 9),  # Labor Day
            _nth(2, MONDAY, year, 10),  # Columbus Day
            _nth(4, THURSDAY, year, 11),  # Thanksgiving Day
        ]
    )


def _nth(number: int, weekday: int, year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (number - 1)) * ONE_DAY


def _observed(holiday: date) -> date:
    moved = {SATURDAY: -ONE_DAY, SUNDAY: ONE_DAY}
    return holiday + moved.get(holiday.weekday(), timedelta())
