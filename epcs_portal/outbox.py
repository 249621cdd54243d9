"""Work that leaves the portal, written down before it is attempted.

A flow inserts an outbox row in the same transaction as the change that calls for it, so a change
is never committed without its message, nor a message sent for a change that was rolled back. A
worker claims the row, does the work outside any transaction, and records how it went. Work may be
done twice, never lost: a worker that dies leaves a claim that runs out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models


class OutboxRow(models.Model):
    """What is to be done once, when, and how often it was tried.

    A claim is known by the number of its attempt: a worker that comes back after its claim ran
    out settles nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        CLAIMED = "claimed"
        DONE = "done"
        DEAD = "dead"

    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)  # why it was not done, or not yet

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self._meta.label} {self.pk} ({self.state})"

    @classmethod
    def due(cls, at: datetime) -> models.QuerySet[Self]:
        """Return rows nobody is working on, and rows whose worker was lost, oldest first."""
        waiting = [cls.State.QUEUED, cls.State.CLAIMED]
        rows = cls._default_manager.filter(state__in=waiting, due_at__lte=at)
        return rows.order_by("due_at", "pk")

    def claim(self, at: datetime) -> bool:
        """Take the row for OUTBOX_CLAIM, unless another worker took it first."""
        rows = self.due(at).filter(pk=self.pk, attempts__lt=settings.OUTBOX_ATTEMPTS)
        claimed = rows.update(
            state=self.State.CLAIMED,
            attempts=models.F("attempts") + 1,
            due_at=at + settings.OUTBOX_CLAIM,
        )
        self.refresh_from_db()
        return bool(claimed)

    def finish(self, **columns: object) -> bool:
        return self._settle(state=self.State.DONE, problem="", **columns)

    def retry(self, problem: str, at: datetime) -> bool:
        """Try again later: after 10 seconds, and after twice as long each time."""
        delay = settings.OUTBOX_FIRST_RETRY * (1 << (self.attempts - 1))
        return self._settle(state=self.State.QUEUED, due_at=at + delay, problem=problem)

    def bury(self, problem: str, **columns: object) -> bool:
        return self._settle(state=self.State.DEAD, problem=problem, **columns)

    @property
    def is_last_attempt(self) -> bool:
        return self.attempts >= settings.OUTBOX_ATTEMPTS

    def _settle(self, **columns: object) -> bool:
        """Store how the claim ended, if it is still ours."""
        mine = type(self)._default_manager.filter(
            pk=self.pk, state=self.State.CLAIMED, attempts=self.attempts
        )
        if not mine.update(**columns):
            return False
        for name, value in columns.items():
            setattr(self, name, value)
        return True
