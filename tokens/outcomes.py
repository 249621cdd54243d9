"""What can come of an attempt to use one-time passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tokens.diagnosis import Finding
from tokens.throttle import Lock


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REPLAYED = "replayed"
    OUT_OF_STEP = "out-of-step"  # right, and further ahead than is accepted
    LOCKED = "locked"
    TRIES_USED_UP = "tries-used-up"
    CONTENDED = "contended"  # lost the race twice; nothing was checked
    NOT_ACTIVE = "not-active"
    NOT_ANSWERED = "not-answered"  # the phone was asked and has not answered yet
    NOT_APPROVED = "not-approved"  # denied, over, used, or of another page
    UNREADABLE = "unreadable"  # the sealed seed does not open: somebody altered the database


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of an attempt. ``lock`` is as the attempt left it; ``skipped`` is in presses."""

    outcome: Outcome
    lock: Lock
    led_to_lock: bool = False  # this very attempt closed the token
    attempts_left: int = 0
    skipped: int = 0
    finding: Finding | None = None
    again_at: datetime | None = None
    clock_error: int | None = None  # seconds the token's clock is ahead; time-based tokens only
