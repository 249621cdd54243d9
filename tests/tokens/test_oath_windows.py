"""The windows, drawn: each character is one moving factor, from 0 up.

The floor is where the drawing says, and the time step is 9 of 30 seconds.
"""

from __future__ import annotations

import pytest

from tokens.oath import CounterToken, TimeToken, Windows, hotp

KEY = b"12345678901234567890"
SMALL = Windows(acceptance=3, resynchronization=8, gap=2)
AT = 9 * 30 + 15
PASSWORDS = [hotp(KEY, n) for n in range(20)]
PAIRS = [(hotp(KEY, n), hotp(KEY, n + 1)) for n in range(20)]


def counter_token(next_counter: int = 0) -> CounterToken:
    return CounterToken(key=KEY, next_counter=next_counter)


def time_token(**state: int) -> TimeToken:
    return TimeToken(key=KEY, **state)


def drawn(answers) -> str:
    return "".join("#" if answer else "." for answer in answers)


@pytest.mark.parametrize(
    ("token", "picture"),
    [
        (counter_token(0), "####................"),
        (counter_token(6), "......####.........."),
        (time_token(), "......#######......."),
        (time_token(next_step=8), "........#####......."),
        (time_token(drift=-4), "..#######..........."),
        (time_token(drift=-4, next_step=7), ".......##..........."),
        (time_token(next_step=13), "...................."),
    ],
)
def test_what_is_accepted(token, picture):
    assert drawn(token.accept(otp, SMALL, at=AT) for otp in PASSWORDS) == picture


@pytest.mark.parametrize(
    ("token", "picture"),
    [
        (counter_token(0), "#########..........."),
        (counter_token(6), "......#########....."),
        (time_token(), ".#################.."),
        (time_token(next_step=8), "........##########.."),
        (time_token(drift=-4), ".#################.."),
        (time_token(next_step=18), "...................."),
    ],
)
def test_where_the_first_of_two_passwords_is_found(token, picture):
    found = [token.resynchronize(*pair, SMALL, at=AT) for pair in PAIRS]

    assert drawn(found) == picture


@pytest.mark.parametrize(
    ("token", "picture"),
    [
        (counter_token(0), "....#####..........."),
        (counter_token(6), "..........#####....."),
        (time_token(), ".#####.......#####.."),
        (time_token(next_step=8), ".............#####.."),
        (time_token(drift=-4), ".#.......#########.."),
    ],
)
def test_what_is_out_of_step(token, picture):
    assert drawn(token.is_ahead(otp, SMALL, at=AT) for otp in PASSWORDS) == picture


@pytest.mark.parametrize(
    ("token", "picture"),
    [
        (counter_token(0), "...................."),
        (counter_token(2), "##.................."),
        (counter_token(6), "..####.............."),
        (time_token(next_step=8), "....####............"),
    ],
)
def test_what_was_spent(token, picture):
    assert drawn(token.was_spent(otp, look_back=4) for otp in PASSWORDS) == picture
