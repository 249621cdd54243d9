from __future__ import annotations

import datetime as dt

import pytest

from accounts.sign_in_delay import Allowance, SharedAllowance

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
ALLOWANCE = Allowance(
    free=3,
    first=dt.timedelta(seconds=5),
    longest=dt.timedelta(minutes=15),
    forgotten_after=dt.timedelta(hours=24),
)
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
SHARED = SharedAllowance(free=3, one_back=MINUTE)


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


def test_a_shared_allowance_closes_when_it_is_used_up_and_gives_one_back_each_minute():
    assert SHARED.closed_until(2, NOON, at=NOON) is None
    assert SHARED.closed_until(3, NOON, at=NOON + 59 * SECOND) == NOON + MINUTE
    assert SHARED.closed_until(3, NOON, at=NOON + MINUTE) is None
    assert [SHARED.remembered(3, NOON, at=NOON + n * MINUTE) for n in range(5)] == [3, 2, 1, 0, 0]


@pytest.mark.parametrize("failures", [3, 4, 500])
def test_a_shared_allowance_never_asks_for_more_than_a_minute(failures):
    last_at = NOON.replace(microsecond=1)

    until = SHARED.closed_until(failures, last_at, at=last_at)

    assert until == NOON + MINUTE + SECOND
    assert SHARED.closed_until(failures, last_at, at=until) is None


def test_a_steady_trickle_does_not_stop_a_shared_allowance_from_forgetting():
    failures, last_at = 2, NOON

    for seconds in (40, 80, 120, 160):
        failures, last_at = SHARED.counted(failures, last_at, at=NOON + seconds * SECOND)
        failures -= 1  # taken back

    assert (failures, last_at) == (0, NOON + 160 * SECOND)


def test_another_servers_clock_that_runs_ahead_gives_nothing_away():
    failures, last_at = SHARED.counted(2, NOON, at=NOON - 5 * SECOND)

    assert (failures, last_at) == (3, NOON)
