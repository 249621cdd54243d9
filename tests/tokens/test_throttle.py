"""Drawn over time: ``.`` a failure that is counted, ``L`` one that locks, ``H`` one that holds,
``#`` an attempt that is not looked at. Times are minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokens.throttle import Lock, LockPolicy, Tries

START = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
POLICY = LockPolicy(failures=5, lock=timedelta(minutes=15), locks=3, period=timedelta(hours=24))
HOUR = timedelta(hours=1)
DAY = 24 * 60


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def drawn(minutes, lock: Lock | None = None) -> str:
    """Fail at each of these minutes, and draw what becomes of it."""
    lock, drawing = lock or Lock(), ""
    for at in map(minute, minutes):
        if lock.is_closed(at):
            drawing += "#"
            continue
        lock = lock.after_failure(at, POLICY)
        drawing += "H" if lock.held_at else "L" if lock.locked_until else "."
    return drawing


def five_from(start: float) -> list[float]:
    return [start + n for n in range(5)]


def test_the_fifth_wrong_in_a_row_locks():
    assert drawn(five_from(0)) == "....L"


def test_the_count_does_not_fade_with_time():
    assert drawn([0, DAY, 2 * DAY, 3 * DAY, 30 * DAY]) == "....L"


def test_a_lock_lasts_15_minutes_to_the_second():
    almost, exactly = 4 + 15 - 1 / 60, 4 + 15

    assert drawn([*five_from(0), 5, almost, exactly]) == "....L##."


def test_a_lock_that_has_run_out_starts_the_count_anew():
    assert drawn([*five_from(0), *five_from(19)]) == "....L....L"


def test_the_third_lock_within_a_day_holds_and_no_time_ends_it():
    three_locks = [*five_from(0), *five_from(20), *five_from(40)]

    assert drawn([*three_locks, 60, DAY, 400 * DAY]) == "....L....L....H###"


@pytest.mark.parametrize(
    ("third", "drawing"), [(DAY - 1, "....L....L....H"), (DAY, "....L....L....L")]
)
def test_a_lock_is_forgotten_after_24_hours(third, drawing):
    assert drawn([*five_from(0), *five_from(600), *five_from(third)]) == drawing


def test_two_locks_a_day_never_hold():
    days = [day * DAY + start for day in range(1, 30) for start in (0, 720)]

    assert drawn([at for start in days for at in five_from(start)]) == "....L" * 58


def test_what_is_remembered_fits_into_two_columns():
    lock = Lock()
    for at in map(minute, [*five_from(0), *five_from(20), *five_from(DAY + 10)]):
        lock = lock.after_failure(at, POLICY)

    assert lock.latest_locks == (minute(24), minute(DAY + 14))


@given(st.lists(st.integers(min_value=0, max_value=60), max_size=120))
def test_nobody_gets_more_than_15_guesses_in_a_day(pauses):
    minutes = [sum(pauses[: n + 1]) for n in range(len(pauses))]

    drawing = drawn(minutes)

    looked_at = [at for at, mark in zip(minutes, drawing, strict=True) if mark != "#"]
    assert all(sum(day <= at < day + DAY for at in looked_at) <= 15 for day in looked_at)


def drawn_tries(minutes, allowed: int = 5) -> str:
    """Try at each of these minutes: ``.`` a try that is made, ``#`` one that is refused."""
    tries, drawing = Tries(), ""
    for at in map(minute, minutes):
        again_at = tries.used_up_until(at, allowed=allowed, period=HOUR)
        if again_at is not None:
            assert again_at == tries.since + HOUR > at
            drawing += "#"
            continue
        tries = tries.after_one(at, period=HOUR)
        drawing += "."
    return drawing


def test_five_tries_an_hour_counted_from_the_first():
    assert drawn_tries([0, 10, 20, 30, 40, 41, 59, 60]) == ".....##."


def test_a_refused_try_does_not_make_the_wait_longer():
    assert drawn_tries([0, 1, 2, 3, 4, *range(5, 60), 60]) == "....." + "#" * 55 + "."


def test_the_next_hour_has_five_tries_of_its_own():
    assert drawn_tries([*five_from(0), *five_from(60), 65]) == "..........#"


def test_tries_far_apart_never_run_out():
    assert drawn_tries(range(0, 100 * 60, 60)) == "." * 100
