"""What the verifier remembers about a token, and how an OTP moves it forward.

A state is an immutable value. ``accept`` and ``resynchronize`` return the next one,
or None when the OTPs do not belong to the token. Whatever an OTP turns out to be,
every candidate of its window is tried, so that the time taken says nothing about
where in the window the token stands.

Six digits repeat by chance. Where an OTP or a pair fits twice, the lowest place is
taken: a floor set too low is put right by the next password, one set too high
would refuse the token's own presses, and a floor never comes down.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Self

from tokens.oath.hotp import Algorithm, hotp, passwords, require_supported

SHORTEST_KEY = 16  # bytes; RFC 4226 section 4, R6


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How far from the expected moving factor an OTP may lie, in presses or steps.

    ``gap`` is how many steps may pass between the two OTPs of a time-based token's
    resynchronization: its owner waits for the display to go dark in between.
    """

    acceptance: int
    resynchronization: int
    gap: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OathState(ABC):
    """What both kinds of token share. Times (``at``) are Unix seconds.

    A key under 128 bits, an unknown hash, a number of digits but 6 to 8 and a
    moving factor below zero are ValueErrors.
    """

    key: bytes = field(repr=False)
    digits: int = 6
    algorithm: Algorithm = "sha1"
    drift: int = 0  # time steps; always 0 where presses are counted

    def __post_init__(self) -> None:
        require_supported(self.digits, self.algorithm)
        if len(self.key) < SHORTEST_KEY:
            raise ValueError("A key has at least 128 bits.")
        if self.next_factor < 0:
            raise ValueError("A moving factor is never below zero.")

    @property
    @abstractmethod
    def next_factor(self) -> int:
        """The floor: the lowest moving factor not yet spent."""

    @abstractmethod
    def acceptance_window(self, windows: Windows, *, at: int) -> range:
        """The moving factors one OTP may have."""

    @abstractmethod
    def search_window(self, windows: Windows, *, at: int) -> range:
        """The moving factors the first OTP of a resynchronization may have."""

    @abstractmethod
    def longest_gap(self, windows: Windows) -> int:
        """How far behind the first OTP of a resynchronization the second may follow."""

    @abstractmethod
    def _spent_through(self, moving_factor: int) -> Self: ...

    @abstractmethod
    def _found_again(self, moving_factor: int, at: int) -> Self: ...

    def otp_at(self, moving_factor: int) -> str:
        """Return what the token shows at one value of its moving factor."""
        return hotp(self.key, moving_factor, self.digits, self.algorithm)

    def accept(self, otp: str, windows: Windows, *, at: int) -> Self | None:
        """Spend one OTP of the acceptance window, and every one before it.

        Refused (None): all others, those already spent above all (RFC 4226 section
        7.2, RFC 6238 section 5.2). A guess succeeds with window / 10^digits.
        """
        (found,) = self.positions(self.acceptance_window(windows, at=at), otp)
        return self._spent_through(found[0]) if found else None

    def resynchronize(self, first: str, second: str, windows: Windows, *, at: int) -> Self | None:
        """Spend two OTPs in a row found further out (RFC 4226 section 7.4, RFC 6238 section 6).

        Refused (None): one OTP given twice, a pair in the wrong order or too far
        apart, and anything spent. The whole window is searched for the *pair*: among
        1000 presses one OTP has a chance double once in a thousand times, a pair once
        in 10^9, which is also what guessing both is worth.
        """
        if first == second:
            return None
        window, gap = self.search_window(windows, at=at), self.longest_gap(windows)
        firsts, seconds = self.positions(range(window.start, window.stop + gap), first, second)
        ends = [s for s in seconds if any(f in window and 0 < s - f <= gap for f in firsts)]
        return self._found_again(ends[0], at) if ends else None

    def is_ahead(self, otp: str, windows: Windows, *, at: int) -> bool:
        """Whether the token is out of step: ``accept`` refuses the OTP, a search would find it."""
        (found,) = self.positions(self.search_window(windows, at=at), otp)
        accepted = self.acceptance_window(windows, at=at)
        return bool(found) and not any(moving_factor in accepted for moving_factor in found)

    def was_spent(self, otp: str, look_back: int = 50) -> bool:
        """Whether the OTP is one of the last ``look_back`` below the floor."""
        floor = self.next_factor
        (found,) = self.positions(range(max(0, floor - look_back), floor), otp)
        return bool(found)

    def positions(self, moving_factors: Sequence[int], *otps: str) -> list[list[int]]:
        """Return, for each OTP, those of the moving factors that it belongs to."""
        shown = passwords(self.key, moving_factors, self.digits, self.algorithm)
        # compare_digest raises on text that is not ASCII; nothing equals "".
        typed = [otp if otp.isascii() else "" for otp in otps]
        return [
            [n for n, otp in zip(moving_factors, shown, strict=True) if compare_digest(otp, wanted)]
            for wanted in typed
        ]
