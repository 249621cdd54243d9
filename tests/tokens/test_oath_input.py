"""What people type, and what a token may be made of."""

from __future__ import annotations

import pytest

from tokens.oath import CounterToken, TimeToken, Windows, hotp

KEY = b"12345678901234567890"
PRESSES = Windows(acceptance=10, resynchronization=1000)


def counter_token(next_counter: int = 0) -> CounterToken:
    return CounterToken(key=KEY, next_counter=next_counter)


@pytest.mark.parametrize(
    "typed",
    [
        "２８７０８２",  # full-width digits
        "٢٨٧٠٨٢",
        "²87082",
        "28708\ud800",
        "+287082",
        "-287082",
        " 287082",
        "287082 ",
        "287082\n",
        "287_082",
        "287 082",
        "287082.0",
        "0287082",
        "28708",
        "2870822",
        "94287082",
        "287082\0",
        "",
    ],
)
def test_nothing_but_the_six_digits_themselves_is_the_password(typed):
    token = counter_token()

    assert token.accept("287082", PRESSES, at=0)
    assert token.accept(typed, PRESSES, at=0) is None
    assert token.resynchronize(hotp(KEY, 0), typed, PRESSES, at=0) is None
    assert token.resynchronize(typed, hotp(KEY, 2), PRESSES, at=0) is None
    assert not token.is_ahead(typed, Windows(acceptance=0, resynchronization=9), at=0)
    assert not counter_token(2).was_spent(typed)


def test_a_leading_zero_belongs_to_the_password():
    token = counter_token(30)

    assert token.accept("026920", PRESSES, at=0)
    assert token.accept("26920", PRESSES, at=0) is None


@pytest.mark.parametrize("token", [counter_token(7), TimeToken(key=KEY, next_step=7)])
def test_the_key_is_not_shown(token):
    assert "key" not in repr(token)
    assert KEY.decode() not in repr(token)


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (lambda: CounterToken(key=KEY, digits=5, next_counter=0), "digits"),
        (lambda: CounterToken(key=KEY, algorithm="md5", next_counter=0), "md5"),
        (lambda: CounterToken(key=KEY[:15], next_counter=0), "128 bits"),
        (lambda: CounterToken(key=KEY, next_counter=-1), "below zero"),
        (lambda: TimeToken(key=b""), "128 bits"),
        (lambda: TimeToken(key=KEY, next_step=-1), "below zero"),
    ],
)
def test_a_token_that_breaks_the_rfcs_cannot_be_made(made, complaint):
    with pytest.raises(ValueError, match=complaint):
        made()
