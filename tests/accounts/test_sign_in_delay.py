from __future__ import annotations

import datetime as dt

import pytest

from accounts.sign_in_delay import Allowance

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
ALLOWANCE = Allowance(
    free=3,
    first=dt.timedelta(seconds=5),
    longest=dt.timedelta(minutes=15),
    forgotten_after=dt.timedelta(hours=24),
)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (2, 0), (3, 5), (4, 10), (5, 20), (10, 640), (11, 900), (12, 900), (10**9, 900)],
)
def test_three_attempts_are_free_and_then_the_delay_doubles_up_to_fifteen_minutes(
    failures, seconds
):
    delay = ALLOWANCE.delay_after(failures)

    assert delay == dt.timedelta(seconds=seconds)


def test_whoever_comes_at_the_second_they_were_told_is_let_in():
    last_at = NOON.replace(microsecond=1)

    until = ALLOWANCE.closed_until(3, last_at, at=last_at)

    assert until == NOON + dt.timedelta(seconds=6)
    assert ALLOWANCE.closed_until(3, last_at, at=until) is None
    assert ALLOWANCE.closed_until(3, last_at, at=until - dt.timedelta(microseconds=1)) == until


def test_a_whole_second_needs_no_rounding():
    assert ALLOWANCE.closed_until(3, NOON, at=NOON) == NOON + dt.timedelta(seconds=5)


def test_failures_are_forgotten_after_a_day():
    tomorrow = NOON + dt.timedelta(hours=24)

    assert ALLOWANCE.remembered(50, NOON, at=tomorrow) == 0
    assert ALLOWANCE.remembered(50, NOON, at=tomorrow - dt.timedelta(seconds=1)) == 50
