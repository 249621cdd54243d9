"""A token that counts presses: what it accepts, where it is found again, what it never does."""

from __future__ import annotations

import pytest

from tokens.oath import CounterToken, Windows, hotp, presses_skipped

KEY = b"12345678901234567890"
PRESSES = Windows(acceptance=10, resynchronization=1000)
TWIN, OTHER_TWIN = 2386, 2394  # under this key both show 709847


def counter_token(next_counter: int = 0) -> CounterToken:
    return CounterToken(key=KEY, next_counter=next_counter)


def test_a_password_is_spent_with_all_before_it():
    token = counter_token()

    moved = token.accept(hotp(KEY, 4), PRESSES, at=0)

    assert moved.next_factor == moved.next_counter == 5
    assert [moved.accept(hotp(KEY, n), PRESSES, at=0) for n in range(5)] == [None] * 5


def test_the_window_of_the_product_ends_ten_presses_ahead():
    token = counter_token(5)

    assert token.accept(hotp(KEY, 15), PRESSES, at=0).next_counter == 16
    assert token.accept(hotp(KEY, 16), PRESSES, at=0) is None
    assert token.is_ahead(hotp(KEY, 16), PRESSES, at=0)


def test_the_search_of_the_product_ends_a_thousand_presses_ahead():
    token = counter_token(5)

    last = token.resynchronize(hotp(KEY, 1005), hotp(KEY, 1006), PRESSES, at=0)

    assert last.next_counter == 1007
    assert token.resynchronize(hotp(KEY, 1006), hotp(KEY, 1007), PRESSES, at=0) is None
    assert token.is_ahead(hotp(KEY, 1005), PRESSES, at=0)
    assert not token.is_ahead(hotp(KEY, 1006), PRESSES, at=0)


@pytest.mark.parametrize("second", [398, 399, 400, 402, 403])
def test_only_two_passwords_in_a_row_resynchronize(second):
    generous = Windows(acceptance=10, resynchronization=1000, gap=3)

    assert not counter_token().resynchronize(hotp(KEY, 400), hotp(KEY, second), generous, at=0)


def test_a_pair_is_spent_with_all_before_it():
    pair = hotp(KEY, 400), hotp(KEY, 401)

    moved = counter_token().resynchronize(*pair, PRESSES, at=0)

    assert moved.next_counter == 402
    assert moved.resynchronize(*pair, PRESSES, at=0) is None
    assert [moved.accept(otp, PRESSES, at=0) for otp in pair] == [None, None]
    assert all(moved.was_spent(otp) for otp in pair)


def test_a_pair_that_is_half_spent_is_refused():
    token = counter_token(401)

    assert token.resynchronize(hotp(KEY, 400), hotp(KEY, 401), PRESSES, at=0) is None


def test_a_press_is_found_though_an_earlier_one_shows_the_same_digits():
    """A search that stops at the first match of the first password turns this owner away."""
    token = counter_token(2000)
    first, second = hotp(KEY, OTHER_TWIN), hotp(KEY, OTHER_TWIN + 1)

    moved = token.resynchronize(first, second, PRESSES, at=0)

    assert first == hotp(KEY, TWIN)
    assert moved.next_counter == OTHER_TWIN + 2


def test_of_two_places_for_one_password_the_lower_is_taken():
    """So the token is never behind its floor, and its next press is accepted wherever it is."""
    moved = counter_token(TWIN - 2).accept(hotp(KEY, OTHER_TWIN), PRESSES, at=0)

    assert moved.next_counter == TWIN + 1
    assert moved.accept(hotp(KEY, TWIN + 1), PRESSES, at=0)
    assert moved.accept(hotp(KEY, OTHER_TWIN + 1), PRESSES, at=0)


def test_a_password_that_is_accepted_is_not_out_of_step_for_its_double_further_on():
    token = counter_token(TWIN - 5)

    assert token.accept(hotp(KEY, TWIN), PRESSES, at=0)
    assert not token.is_ahead(hotp(KEY, OTHER_TWIN), PRESSES, at=0)


def test_the_counter_goes_on_beyond_32_bits():
    token = counter_token(2**32 - 1)

    assert token.accept(token.otp_at(2**32 + 1), PRESSES, at=0).next_counter == 2**32 + 2


def test_presses_skipped_are_those_never_entered():
    token = counter_token(5)
    accepted = token.accept(hotp(KEY, 8), PRESSES, at=0)
    found = token.resynchronize(hotp(KEY, 400), hotp(KEY, 401), PRESSES, at=0)

    assert presses_skipped(token, accepted) == 3
    assert presses_skipped(token, found, entered=2) == 395
