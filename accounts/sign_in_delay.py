"""How long to wait after failed sign-in attempts. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_MOST_DOUBLINGS = 30  # far beyond any longest delay, and a shift that cannot grow out of hand


@dataclass(frozen=True, slots=True)
class Allowance:
    """``free`` attempts without a delay, then ``first``, doubling up to ``longest``.

    Attempts are forgotten when ``forgotten_after`` has passed since the last one.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta

    def delay_after(self, failures: int) -> timedelta:
        """Return how long after the last of so many failures the next attempt may be made."""
        doublings = failures - self.free
        if doublings < 0:
            return timedelta(0)
        return min(self.first * (1 << min(doublings, _MOST_DOUBLINGS)), self.longest)

    def remembered(self, failures: int, last_at: datetime, *, at: datetime) -> int:
        """Return how many of the failures still count."""
        return 0 if at - last_at >= self.forgotten_after else failures

    def counted(self, failures: int, last_at: datetime, *, at: datetime) -> tuple[int, datetime]:
        """Return failures and ``last_at`` with one attempt more."""
        return self.remembered(failures, last_at, at=at) + 1, at

    def closed_until(self, failures: int, last_at: datetime, *, at: datetime) -> datetime | None:
        """Return the whole second from which an attempt may be made, or None: it may be made now.

        Rounded up, so that whoever comes at the second they were told is let in.
        """
        delay = self.delay_after(self.remembered(failures, last_at, at=at))
        if not delay:
            return None
        opens_at = _whole_second_from(last_at + delay)
        return opens_at if at < opens_at else None


@dataclass(frozen=True, slots=True)
class SharedAllowance:
    """``free`` attempts, of which one is forgotten with every ``one_back`` that passes.

    Innocents share it with whoever guesses, so its delay neither doubles nor outlasts the
    guessing: nobody is told to wait longer than ``one_back``. ``last_at`` is here the time up to
    which attempts were forgotten. An attempt does not move it, or a steady trickle of honest
    mistakes would never be forgotten; so an attempt can be taken back as if it had not been.
    """

    free: int
    one_back: timedelta

    def remembered(self, failures: int, last_at: datetime, *, at: datetime) -> int:
        """Return how many of the failures still count."""
        return max(0, min(failures, self.free) - self._back(last_at, at=at))

    def counted(self, failures: int, last_at: datetime, *, at: datetime) -> tuple[int, datetime]:
        """Return failures and ``last_at`` with one attempt more."""
        remembered = self.remembered(failures, last_at, at=at)
        if not remembered:
            return 1, at
        return remembered + 1, last_at + self._back(last_at, at=at) * self.one_back

    def closed_until(self, failures: int, last_at: datetime, *, at: datetime) -> datetime | None:
        """Return the whole second, rounded up, from which an attempt may be made, or None: now."""
        if self.remembered(failures, last_at, at=at) < self.free:
            return None
        return _whole_second_from(last_at + self.one_back)

    def _back(self, last_at: datetime, *, at: datetime) -> int:
        return max(0, (at - last_at) // self.one_back)


def _whole_second_from(moment: datetime) -> datetime:
    if not moment.microsecond:
        return moment
    return moment.replace(microsecond=0) + timedelta(seconds=1)
