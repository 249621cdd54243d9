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

    def closed_until(self, failures: int, last_at: datetime, *, at: datetime) -> datetime | None:
        """Return the whole second from which an attempt may be made, or None: it may be made now.

        Rounded up, so that whoever comes at the second they were told is let in.
        """
        delay = self.delay_after(self.remembered(failures, last_at, at=at))
        if not delay:
            return None
        opens_at = last_at + delay
        if opens_at.microsecond:
            opens_at = opens_at.replace(microsecond=0) + timedelta(seconds=1)
        return opens_at if at < opens_at else None
