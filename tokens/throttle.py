"""How failures lock a token, and how tries run out (RFC 4226 section 7.3). Arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPolicy:
    """After ``failures`` wrong in a row a token is locked; the last of ``locks`` holds it."""

    failures: int
    lock: timedelta
    locks: int
    period: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What a token remembers about failures: a count, the locks they led to, and a hold.

    A hold ends only when a designated individual ends it.
    """

    failures: int = 0
    locked_until: datetime | None = None
    latest_locks: tuple[datetime, ...] = ()
    held_at: datetime | None = None

    def is_closed(self, at: datetime) -> bool:
        is_locked = self.locked_until is not None and at < self.locked_until
        return is_locked or self.held_at is not None

    def opened(self) -> Self:
        """Return what a success leaves: the locks of the day are remembered."""
        return replace(self, failures=0, locked_until=None)

    def after_failure(self, at: datetime, policy: LockPolicy) -> Self:
        """Count one failure. A lock that has run out starts the count anew."""
        failures = 1 if self.locked_until is not None else self.failures + 1
        if failures < policy.failures:
            return replace(self, failures=failures, locked_until=None)
        recent = [lock for lock in self.latest_locks if at - lock < policy.period] + [at]
        return replace(
            self,
            failures=failures,
            locked_until=at + policy.lock,
            latest_locks=tuple(recent[1 - policy.locks :]),
            held_at=at if len(recent) >= policy.locks else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """A number of tries in a period, counted from the first."""

    made: int = 0
    since: datetime | None = None

    def used_up_until(self, at: datetime, *, allowed: int, period: timedelta) -> datetime | None:
        """Return when the next try may be made, or None when it may be made now."""
        if self.since is None or self.made < allowed or self._is_over(at, period):
            return None
        return self.since + period

    def after_one(self, at: datetime, *, period: timedelta) -> Self:
        if self._is_over(at, period):
            return replace(self, made=1, since=at)
        return replace(self, made=self.made + 1)

    def _is_over(self, at: datetime, period: timedelta) -> bool:
        return self.since is None or at - self.since >= period
