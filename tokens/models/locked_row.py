"""The columns in which a row remembers failures, and the locks they led to."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from tokens.throttle import Lock


class LockedRow(models.Model):
    """A row that failures lock: a token, or a person's signing."""

    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    locked_until = models.DateTimeField(null=True)
    last_lock_at = models.DateTimeField(null=True)
    lock_before_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)  # the third lock in a day; it does not run out

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.label} {self.pk}"

    @property
    def lock(self) -> Lock:
        locks = tuple(at for at in (self.lock_before_at, self.last_lock_at) if at is not None)
        return Lock(
            failures=self.failures,
            locked_until=self.locked_until,
            latest_locks=locks,
            held_at=self.held_at,
        )


def lock_columns(lock: Lock) -> dict[str, datetime | int | None]:
    """Return the columns that hold ``lock``."""
    before, last = (None, None, *lock.latest_locks)[-2:]
    return {
        "failures": lock.failures,
        "locked_until": lock.locked_until,
        "lock_before_at": before,
        "last_lock_at": last,
        "held_at": lock.held_at,
    }
