"""What each schedule allows: every refill, every last day, every authority."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescriptions.schedules import code_of, last_fill_day, may_prescribe, refills_problem

MOST = {"II": 0, "III": 5, "IV": 5, "V": 5}
ALL = {"2", "2N", "3", "3N", "4", "5"}
NEEDED = {
    ("II", True): "2",
    ("II", False): "2N",
    ("III", True): "3",
    ("III", False): "3N",
    ("IV", True): "4",
    ("IV", False): "4",
    ("V", True): "5",
    ("V", False): "5",
}


@pytest.mark.parametrize("refills", range(7))
@pytest.mark.parametrize("schedule", MOST)
def test_each_schedule_allows_its_refills_and_not_one_more(schedule, refills):
    problem = refills_problem(schedule, refills)

    assert (problem == "") == (refills <= MOST[schedule])


def test_each_schedule_says_whose_limit_it_is():
    assert "cannot be refilled" in refills_problem("II", 1)
    assert refills_problem("III", 6).startswith("By federal law a schedule III prescription")
    assert refills_problem("IV", 6).startswith("By federal law a schedule IV prescription")
    assert refills_problem("V", 6).startswith("At this portal a schedule V prescription")


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 7, 1), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2026, 5, 31), date(2026, 11, 30)),
        (date(2026, 8, 28), date(2027, 2, 28)),
        (date(2026, 8, 29), date(2027, 2, 28)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 8, 29)),
        (date(2026, 11, 25), date(2027, 5, 25)),
    ],
)
@pytest.mark.parametrize("schedule", ["III", "IV", "V"])
def test_the_last_day_is_six_calendar_months_later_or_the_last_that_month_has(
    schedule, issued, last
):
    assert last_fill_day(schedule, issued) == last


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_the_last_day_is_always_in_the_sixth_month_after(issued):
    last = last_fill_day("IV", issued)

    assert last is not None
    assert (last.year * 12 + last.month) - (issued.year * 12 + issued.month) == 6
    assert last.day <= issued.day


def test_a_schedule_ii_prescription_has_no_last_day_of_refills():
    assert last_fill_day("II", date(2026, 1, 1)) is None


@pytest.mark.parametrize(("needs", "code"), NEEDED.items())
def test_a_registration_covers_exactly_what_its_certificate_says(needs, code):
    schedule, is_narcotic = needs
    others = ",".join(sorted(ALL - {code}))

    assert code_of(schedule, is_narcotic=is_narcotic) == code
    assert may_prescribe(code, schedule, is_narcotic=is_narcotic)
    assert may_prescribe("2, 2N,3 ,3N,4,5", schedule, is_narcotic=is_narcotic)
    assert not may_prescribe(others, schedule, is_narcotic=is_narcotic)
    assert not may_prescribe("", schedule, is_narcotic=is_narcotic)
