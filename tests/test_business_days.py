"""One business day from discovery: weekends, federal holidays, the practice's own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays.countries.united_states import UnitedStates

from epcs_portal.business_days import due_at, federal_holidays, is_business_day

NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
HONOLULU, GUAM = ZoneInfo("Pacific/Honolulu"), ZoneInfo("Pacific/Guam")

# Copied by hand from the Office of Personnel Management's "Federal Holidays": the days on which
# they are observed, in the order of its pages. New Year's Day, Martin Luther King, Washington,
# Memorial Day, Juneteenth, Independence Day, Labor Day, Columbus Day, Veterans Day, Thanksgiving,
# Christmas. Where a day stands before the year, it is December 31 of the year before.
OBSERVED = {
    2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24",
    2022: "2021-12-31 01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
    2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24",
    2028: "2027-12-31 01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2029: "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25",
    2030: "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
}


def published(year: int) -> set[date]:
    days = OBSERVED[year].split()
    return {date.fromisoformat(day if len(day) > 5 else f"{year}-{day}") for day in days}


@pytest.mark.parametrize("year", OBSERVED)
def test_the_federal_holidays_are_those_that_were_published(year):
    assert federal_holidays(year) == published(year)


def test_every_day_of_ten_years_is_a_business_day_or_not_as_published():
    closed = set().union(*map(published, OBSERVED))
    days = (date(2021, 1, 1) + timedelta(days=number) for number in range(3651))

    for day in days:
        assert is_business_day(day) == (day.weekday() < 5 and day not in closed), day


def test_another_hand_that_knows_the_law_agrees_for_as_long_as_we_live():
    law = UnitedStates(years=range(2021, 2101), expand=False)
    days = (date(2021, 1, 1) + timedelta(days=number) for number in range(79 * 365))

    assert [day for day in days if is_business_day(day) != law.is_working_day(day)] == []


@pytest.mark.parametrize(
    ("discovered", "due", "why"),
    [
        ("2026-11-25 16:00", "2026-11-27", "Thanksgiving is between"),
        ("2026-11-27 09:00", "2026-11-30", "a Friday"),
        ("2026-11-28 09:00", "2026-11-30", "a Saturday: the next business day after it"),
        ("2026-11-29 23:59", "2026-11-30", "the last minute of a Sunday"),
        ("2026-11-30 00:00", "2026-12-01", "the first minute of a Monday"),
        ("2026-12-24 12:00", "2026-12-28", "Christmas on a Friday"),
        ("2026-12-31 23:00", "2027-01-04", "a year ends on a Thursday"),
        ("2027-12-30 12:00", "2028-01-03", "New Year's Day is observed on December 31"),
        ("2026-07-02 12:00", "2026-07-06", "Independence Day is observed on the Friday"),
        ("2026-09-04 12:00", "2026-09-08", "the Friday before Labor Day"),
        ("2028-02-28 12:00", "2028-02-29", "a leap day is a day like any"),
        ("2026-04-30 12:00", "2026-05-01", "a month ends"),
        ("2029-01-19 12:00", "2029-01-22", "Inauguration Day is kept around Washington alone"),
        ("2026-03-06 12:00", "2026-03-09", "clocks go forward on the Sunday between"),
        ("2026-10-30 12:00", "2026-11-02", "clocks go back on the Sunday between"),
        ("2026-11-01 01:30", "2026-11-02", "the hour that there is twice"),
    ],
)
def test_it_is_due_at_the_end_of_the_next_business_day(discovered, due, why):
    at = datetime.fromisoformat(discovered).replace(tzinfo=NEW_YORK)

    end = due_at(at, NEW_YORK)

    assert end.isoformat().startswith(f"{due}T23:59:59.999999"), why


@pytest.mark.parametrize(
    ("zone", "due"),
    [(NEW_YORK, "2026-12-02"), (CHICAGO, "2026-12-01"), (HONOLULU, "2026-12-01")],
)
def test_the_day_is_that_of_the_practices_clock(zone, due):
    at = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)  # half past midnight in New York

    assert due_at(at, zone).date() == date.fromisoformat(due)
    assert due_at(at, zone).tzinfo is zone


def test_it_ends_when_the_day_ends_there_also_on_the_day_of_a_changed_clock():
    summer = due_at(datetime(2026, 10, 30, 12, tzinfo=UTC), NEW_YORK)
    guam = due_at(datetime(2026, 11, 30, 12, tzinfo=UTC), GUAM)

    assert summer.astimezone(UTC).isoformat() == "2026-11-03T04:59:59.999999+00:00"
    assert guam.astimezone(UTC).isoformat() == "2026-12-01T13:59:59.999999+00:00"
