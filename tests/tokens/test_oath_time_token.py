"""A token that counts time steps: what it accepts, and how its drift is learned."""

from __future__ import annotations

import pytest

from tokens.oath import TimeToken, Windows, hotp, presses_skipped

KEY = b"12345678901234567890"
STEPS = Windows(acceptance=1, resynchronization=20, gap=3)
NOON = 1_800_000_000
NOON_STEP = NOON // 30
TWIN, OTHER_TWIN = 2386, 2394  # under this key both show 709847


def time_token(**state: int) -> TimeToken:
    return TimeToken(key=KEY, **state)


def test_one_password_teaches_no_drift():
    moved = time_token(drift=4).accept(hotp(KEY, NOON_STEP + 5), STEPS, at=NOON)

    assert (moved.drift, moved.next_step) == (4, NOON_STEP + 6)


def test_a_step_is_spent_once_though_the_clock_is_set_back():
    moved = time_token().accept(hotp(KEY, NOON_STEP), STEPS, at=NOON)

    assert moved.accept(hotp(KEY, NOON_STEP), STEPS, at=NOON) is None
    assert moved.accept(hotp(KEY, NOON_STEP - 1), STEPS, at=NOON - 30) is None
    assert moved.was_spent(hotp(KEY, NOON_STEP))


def test_a_clock_six_minutes_slow_is_found_and_followed():
    first, second = hotp(KEY, NOON_STEP - 12), hotp(KEY, NOON_STEP - 11)

    moved = time_token().resynchronize(first, second, STEPS, at=NOON)

    assert (moved.drift, moved.next_factor) == (-11, NOON_STEP - 10)
    assert moved.accept(hotp(KEY, NOON_STEP - 10), STEPS, at=NOON + 30)


@pytest.mark.parametrize(
    ("steps_between", "found"), [(-1, False), (0, False), (1, True), (3, True), (4, False)]
)
def test_the_display_may_go_dark_between_two_passwords(steps_between, found):
    first, second = hotp(KEY, NOON_STEP - 12), hotp(KEY, NOON_STEP - 12 + steps_between)

    moved = time_token().resynchronize(first, second, STEPS, at=NOON)

    assert (moved is not None) is found


def test_drift_does_not_walk_from_one_resynchronization_to_the_next():
    token = time_token(drift=20)

    assert not token.resynchronize(
        hotp(KEY, NOON_STEP + 21), hotp(KEY, NOON_STEP + 22), STEPS, at=NOON
    )


def test_of_two_places_for_a_pair_the_lower_is_taken():
    """The second password was shown at either twin."""
    windows = Windows(acceptance=1, resynchronization=20, gap=20)
    first, second = hotp(KEY, TWIN - 6), hotp(KEY, OTHER_TWIN)

    moved = time_token().resynchronize(first, second, windows, at=TWIN * 30)

    assert moved.next_step == TWIN + 1


def test_a_token_of_another_hash_length_and_period():
    token = TimeToken(key=KEY * 2, digits=8, algorithm="sha256", period=60)

    assert token.accept(token.otp_at(NOON // 60 - 1), STEPS, at=NOON).next_step == NOON // 60


def test_no_press_is_skipped_while_time_passes():
    token = time_token()
    moved = token.accept(hotp(KEY, NOON_STEP), STEPS, at=NOON)

    assert presses_skipped(token, moved) == 0


def test_two_equal_passwords_are_no_pair():
    """Even where one should follow itself."""
    token = time_token()
    windows = Windows(acceptance=1, resynchronization=20, gap=20)
    twins = hotp(KEY, TWIN), hotp(KEY, OTHER_TWIN)

    assert token.resynchronize(*twins, windows, at=TWIN * 30) is None
