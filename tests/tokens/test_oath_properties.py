"""What holds over any sequence of accept and resynchronize, whoever types what and when."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tokens.oath import CounterToken, TimeToken, Windows

KEY = b"12345678901234567890"
COUNTER_WINDOWS = Windows(acceptance=4, resynchronization=30)
TIME_WINDOWS = Windows(acceptance=1, resynchronization=10, gap=3)
FACTORS = 400
# Under this key no two of the first 400 passwords are alike, so a password says where it was shown.
PASSWORDS = [CounterToken(key=KEY, next_counter=0).otp_at(n) for n in range(FACTORS)]

SEQUENCES = settings(max_examples=200, deadline=None, database=None, derandomize=True)
# How far from the floor (or from the time step) the first is shown, how far after it the second.
offsets = st.integers(-12, 35)
strides = st.sampled_from([1, 1, 1, 2, 3, 4, 0, -1])
singles = st.tuples(offsets)
entries = st.lists(st.one_of(singles, st.tuples(offsets, strides)), max_size=25)
clocks = st.integers(0, 300)


def typed(near: int, entry: tuple[int, ...]) -> list[str]:
    """The one or two passwords of an entry."""
    first = near + entry[0]
    places = [first] if len(entry) == 1 else [first, first + entry[1]]
    return [PASSWORDS[place % FACTORS] for place in places]


def offer(token, otps, windows, at):
    if len(otps) == 1:
        return token.accept(*otps, windows, at=at)
    return token.resynchronize(*otps, windows, at=at)


def test_the_passwords_are_all_different():
    assert len(set(PASSWORDS)) == FACTORS


@SEQUENCES
@given(entries)
def test_a_counter_token_takes_no_password_twice_and_never_goes_back(entered):
    token, spent = CounterToken(key=KEY, next_counter=0), set()

    for entry in entered:
        otps = typed(token.next_counter, entry)
        moved = offer(token, otps, COUNTER_WINDOWS, at=0)
        if moved:
            assert not spent & set(otps)
            assert moved.next_counter == PASSWORDS.index(otps[-1]) + 1 > token.next_counter
            spent |= set(PASSWORDS[: moved.next_counter])
            token = moved

    assert all(token.accept(otp, COUNTER_WINDOWS, at=0) is None for otp in spent)


@SEQUENCES
@given(st.lists(st.tuples(clocks, st.one_of(singles, st.tuples(offsets, strides))), max_size=25))
def test_a_time_token_takes_no_password_twice_and_never_goes_back(entered):
    """Nor when the clock does."""
    token, spent = TimeToken(key=KEY), set()

    for step, entry in entered:
        otps, at = typed(step, entry), step * 30
        moved = offer(token, otps, TIME_WINDOWS, at)
        if moved:
            assert not spent & set(otps)
            assert moved.next_step == PASSWORDS.index(otps[-1]) + 1 > token.next_step
            assert abs(moved.drift) <= TIME_WINDOWS.resynchronization + TIME_WINDOWS.gap
            assert moved.drift == token.drift or len(otps) == 2
            spent |= set(PASSWORDS[: moved.next_step])
            token = moved

    assert all(token.accept(otp, TIME_WINDOWS, at=300 * 30) is None for otp in spent)


@SEQUENCES
@given(st.integers(0, 300), offsets, st.integers(1, 60))
def test_every_password_of_a_token_is_exactly_one_thing(floor, offset, look_back):
    token = CounterToken(key=KEY, next_counter=floor)
    place = (floor + offset) % FACTORS
    otp = PASSWORDS[place]

    answers = {
        "accepted": token.accept(otp, COUNTER_WINDOWS, at=0) is not None,
        "out of step": token.is_ahead(otp, COUNTER_WINDOWS, at=0),
        "spent": token.was_spent(otp, look_back),
    }

    assert answers == {
        "accepted": floor <= place <= floor + 4,
        "out of step": floor + 4 < place <= floor + 30,
        "spent": floor - look_back <= place < floor,
    }


@SEQUENCES
@given(st.text(max_size=10), st.text(max_size=10), st.integers(0, 10_000))
def test_no_text_raises(first, second, at):
    for token in (CounterToken(key=KEY, next_counter=0), TimeToken(key=KEY)):
        one = token.accept(first, TIME_WINDOWS, at=at)
        two = token.resynchronize(first, second, TIME_WINDOWS, at=at)

        assert one is None or first in PASSWORDS
        assert two is None or {first, second} <= set(PASSWORDS)
        assert token.is_ahead(first, TIME_WINDOWS, at=at) <= (first in PASSWORDS)
        assert token.was_spent(first) is False
