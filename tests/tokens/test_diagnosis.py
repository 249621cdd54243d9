"""Why a pair was refused: each mistake of peers.md has a finding, and none moves the token."""

from __future__ import annotations

import pytest

from tokens.diagnosis import Finding, diagnose
from tokens.oath import CounterToken, TimeToken, Windows, hotp

KEY = b"12345678901234567890"
FLOOR = 100
TOKEN = CounterToken(key=KEY, next_counter=FLOOR)
PRESSES = Windows(acceptance=10, resynchronization=1000)
NOON = 1_800_000_000
NOON_STEP = NOON // 30
STEPS = Windows(acceptance=1, resynchronization=20, gap=3)


def pressed(*presses: int) -> Finding:
    """The finding for two presses, counted from the first one not yet spent."""
    first, second = (TOKEN.otp_at(FLOOR + press) for press in presses)
    assert TOKEN.resynchronize(first, second, PRESSES, at=NOON) is None
    return diagnose(TOKEN, first, second, windows=PRESSES, at=NOON)


def shown(*steps: int, token: TimeToken | None = None) -> Finding:
    """The finding for two time steps, counted from now."""
    token = token or TimeToken(key=KEY)
    first, second = (token.otp_at(NOON_STEP + step) for step in steps)
    assert token.resynchronize(first, second, STEPS, at=NOON) is None
    return diagnose(token, first, second, windows=STEPS, at=NOON)


@pytest.mark.parametrize("press", [-1, 0, 400, 1000, 5000])
def test_one_password_given_twice(press):
    assert pressed(press, press) is Finding.SAME


@pytest.mark.parametrize("second", [0, 1, 400, 1000])
def test_the_second_was_shown_before_the_first(second):
    assert pressed(second + 1, second) is Finding.REVERSED


@pytest.mark.parametrize("first", [0, 400, 1000])
@pytest.mark.parametrize("presses_later", [2, 3, 4, 5])
def test_the_button_was_pressed_in_between(first, presses_later):
    assert pressed(first, first + presses_later) is Finding.SKIPPED


@pytest.mark.parametrize(
    ("first", "second"), [(-1, 0), (-2, -1), (-50, -49), (-50, 400), (-1, -2), (0, -1), (400, -50)]
)
def test_a_password_from_before_the_floor(first, second):
    assert pressed(first, second) is Finding.ALREADY_SHOWN


@pytest.mark.parametrize("first", [1001, 5000, 20_000])
def test_a_pair_beyond_the_search(first):
    assert pressed(first, first + 1) is Finding.FAR_AHEAD


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (400, 406),
        (402, 400),
        (1002, 1001),
        (1001, 1003),
        (20_001, 20_002),
        (-51, -52),
        (400, 5000),
    ],
)
def test_nothing_explains_the_pair(first, second):
    assert pressed(first, second) is Finding.NOT_FROM_THIS_TOKEN


def test_the_passwords_of_another_token():
    first, second = (hotp(b"another token's key!", press) for press in (FLOOR, FLOOR + 1))

    finding = diagnose(TOKEN, first, second, windows=PRESSES, at=NOON)

    assert finding is Finding.NOT_FROM_THIS_TOKEN


@pytest.mark.parametrize(("first", "second"), [("", "1"), ("１２３４５６", "²"), ("+1", "\ud800")])
def test_text_that_is_no_password(first, second):
    finding = diagnose(TOKEN, first, second, windows=PRESSES, at=NOON)

    assert finding is Finding.NOT_FROM_THIS_TOKEN


@pytest.mark.parametrize(
    ("steps", "finding"),
    [
        ((0, 0), Finding.SAME),
        ((1, 0), Finding.REVERSED),
        ((-17, -20), Finding.REVERSED),
        ((5, 1), Finding.NOT_FROM_THIS_TOKEN),
        ((0, 4), Finding.SKIPPED),
        ((20, 27), Finding.SKIPPED),
        ((0, 8), Finding.NOT_FROM_THIS_TOKEN),
        ((-22, -21), Finding.FAR_AHEAD),
        ((21, 24), Finding.FAR_AHEAD),
        ((-2880, -2879), Finding.FAR_AHEAD),
        ((2880, 2881), Finding.FAR_AHEAD),
        ((2881, 2882), Finding.NOT_FROM_THIS_TOKEN),
    ],
)
def test_a_time_based_token(steps, finding):
    assert shown(*steps) is finding


@pytest.mark.parametrize("steps", [(0, 1), (-1, 0), (1, 0), (-50, -49)])
def test_a_time_based_token_that_showed_one_of_them_before_the_floor(steps):
    token = TimeToken(key=KEY, next_step=NOON_STEP + 1)

    assert shown(*steps, token=token) is Finding.ALREADY_SHOWN


def test_a_pair_below_the_floor_is_never_found_again():
    """A clock set back an hour: the steps it shows are passed."""
    token = TimeToken(key=KEY, next_step=NOON_STEP + 1)

    assert shown(-120, -119, token=token) is Finding.NOT_FROM_THIS_TOKEN
