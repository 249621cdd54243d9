"""The two kinds of token: one counts the presses of its button, one counts time steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from tokens.oath.state import OathState, Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterToken(OathState):
    """A token whose moving factor counts button presses (RFC 4226). Time is nothing to it."""

    next_counter: int

    @property
    def next_factor(self) -> int:
        return self.next_counter

    def acceptance_window(self, windows: Windows, *, at: int) -> range:
        return self._ahead(windows.acceptance)

    def search_window(self, windows: Windows, *, at: int) -> range:
        return self._ahead(windows.resynchronization)

    def longest_gap(self, windows: Windows) -> int:
        return 1

    def _spent_through(self, moving_factor: int) -> Self:
        return replace(self, next_counter=moving_factor + 1)

    def _found_again(self, moving_factor: int, at: int) -> Self:
        return self._spent_through(moving_factor)

    def _ahead(self, presses: int) -> range:
        return range(self.next_counter, self.next_counter + presses + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToken(OathState):
    """A token whose moving factor is a time step of ``period`` seconds (RFC 6238).

    ``drift`` is how many steps its clock is ahead of ours. Only a resynchronization
    moves it, since one OTP is not evidence enough, and never further from the true
    time than the window and the gap, since the search does not start from it.
    """

    period: int = 30
    next_step: int = 0

    @property
    def next_factor(self) -> int:
        return self.next_step

    def acceptance_window(self, windows: Windows, *, at: int) -> range:
        return self._around(at // self.period + self.drift, windows.acceptance)

    def search_window(self, windows: Windows, *, at: int) -> range:
        return self._around(at // self.period, windows.resynchronization)

    def longest_gap(self, windows: Windows) -> int:
        return windows.gap

    def clock_error(self, otp: str, windows: Windows, *, at: int) -> int | None:
        """Return how many seconds the token's clock is ahead, if ``otp`` is one of its own.

        Below zero it is behind. None: not found within the search window. Where an OTP fits
        twice the smaller error is taken.
        """
        (found,) = self.positions(self.search_window(windows, at=at), otp)
        now = at // self.period
        steps = min((step - now for step in found), key=abs, default=None)
        return None if steps is None else steps * self.period

    def _spent_through(self, moving_factor: int) -> Self:
        return replace(self, next_step=moving_factor + 1)

    def _found_again(self, moving_factor: int, at: int) -> Self:
        return replace(self._spent_through(moving_factor), drift=moving_factor - at // self.period)

    def _around(self, step: int, tolerance: int) -> range:
        return range(max(step - tolerance, self.next_step), step + tolerance + 1)


def presses_skipped(before: OathState, after: OathState, *, entered: int = 1) -> int:
    """Return how many passwords were shown between two states and never entered.

    ``entered`` is 1 where the token accepted an OTP, 2 where it was resynchronized. A
    time-based token skips none: time passes without anyone pressing.
    """
    if isinstance(after, TimeToken):
        return 0
    return after.next_factor - before.next_factor - entered
