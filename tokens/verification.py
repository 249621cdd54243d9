"""The one module through which every one-time password passes, and where it is spent.

Every function runs inside the caller's transaction, which must also write what came of it
on the trail. Counting an attempt and spending its password are one UPDATE, which names the state
it was decided on: two requests can neither share one guess nor spend one password twice,
on PostgreSQL and on SQLite alike (on SQLite there are no row locks to rely on). Nothing is told
of a decision that was not stored: a lost race is read and decided again, once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Value

from epcs_portal.compiled import Select, Update
from epcs_portal.sealing import SealBroken
from tokens.diagnosis import diagnose
from tokens.models import HardToken, SeedRecord, lock_columns
from tokens.oath import OathState, Windows, presses_skipped
from tokens.outcomes import Attempt, Outcome
from tokens.throttle import LockPolicy

LOCK_POLICY = LockPolicy(
    failures=settings.OTP_FAILURES_TO_LOCK,
    lock=settings.OTP_LOCK,
    locks=settings.OTP_LOCKS_TO_HOLD,
    period=settings.OTP_LOCKS_PERIOD,
)
WINDOWS = {
    SeedRecord.MovingFactor.COUNTER: Windows(
        acceptance=settings.ACCEPTANCE_PRESSES,
        resynchronization=settings.RESYNCHRONIZATION_PRESSES,
    ),
    SeedRecord.MovingFactor.TIME: Windows(
        acceptance=settings.ACCEPTANCE_STEPS,
        resynchronization=settings.RESYNCHRONIZATION_STEPS,
        gap=settings.RESYNCHRONIZATION_GAP_STEPS,
    ),
}
DECIDED_ON = (
    "next_factor",
    "drift",
    "presses_skipped",
    "failures",
    "locked_until",
    "held_at",
    "pair_tries",
    "pair_tries_since",
)
READINGS = 2  # a lost race is read again once, and never reported as a lock
# What came of an attempt, and what to store of it: None where it is not counted.
Decision = tuple[Attempt, dict[str, Any] | None]


def _active(token: Value) -> QuerySet[HardToken]:
    return HardToken.objects.filter(pk=token, status=HardToken.Status.ACTIVE)


def _as_decided_on(token: Value, **values: Any) -> tuple[QuerySet[HardToken], dict[str, Any]]:
    decided_on = {name: values.pop(f"was_{name}") for name in DECIDED_ON}
    return _active(token).filter(**decided_on), values


_STORE = Update(_as_decided_on)
_READ_AGAIN = Select(lambda token: _active(token).select_related("seed_record"))


def spend(token: HardToken, otp: str, *, at: datetime) -> Attempt:
    """Check one password of an active token, and spend it if it is right.

    Accepted passwords lie up to 10 presses ahead (RFC 4226 section 7.4) or one time step
    either side of now (RFC 6238 section 5.2). A password further ahead is out of step.
    """
    return _decide(token, partial(_check, otp=otp, at=at))


def _check(token: HardToken, *, otp: str, at: datetime) -> Decision:
    if token.lock.is_closed(at):
        return Attempt(outcome=Outcome.LOCKED, lock=token.lock), None
    counted = token.lock.after_failure(at, LOCK_POLICY)
    is_last = counted.locked_until is not None
    windows, now = _windows_of(token.seed_record), int(at.timestamp())
    try:
        state = _state_of(token)
    except SealBroken:
        unreadable = Attempt(outcome=Outcome.UNREADABLE, lock=counted, led_to_lock=is_last)
        return unreadable, lock_columns(counted)
    moved = state.accept(otp, windows, at=now)
    if moved is not None:
        return _accepted(token, state, moved, at=at)
    outcome, changes = Outcome.REJECTED, lock_columns(counted)
    if state.was_spent(otp):
        outcome = Outcome.REPLAYED
    elif state.is_ahead(otp, windows, at=now):
        outcome, changes["out_of_step_at"] = Outcome.OUT_OF_STEP, at
    left = LOCK_POLICY.failures - counted.failures
    refused = Attempt(outcome=outcome, lock=counted, led_to_lock=is_last, attempts_left=left)
    return refused, changes


def resynchronize(token: HardToken, first: str, second: str, *, at: datetime) -> Attempt:
    """Find the token again from two passwords in a row (RFC 4226 section 7.4, RFC 6238 section 6).

    Five tries an hour, also while the token is locked; success unlocks it. A token that is
    held stays held. When the two are refused the finding says why.
    """
    return _decide(token, partial(_find_again, first=first, second=second, at=at))


def _find_again(token: HardToken, *, first: str, second: str, at: datetime) -> Decision:
    lock, period = token.lock, settings.PAIR_TRIES_PERIOD
    if token.held_at is not None:
        return Attempt(outcome=Outcome.LOCKED, lock=lock), None
    again_at = token.tries.used_up_until(at, allowed=settings.PAIR_TRIES, period=period)
    if again_at is not None:
        return Attempt(outcome=Outcome.TRIES_USED_UP, lock=lock, again_at=again_at), None
    counted = token.tries.after_one(at, period=period)
    changes = {"pair_tries": counted.made, "pair_tries_since": counted.since}
    windows, now = _windows_of(token.seed_record), int(at.timestamp())
    try:
        state = _state_of(token)
    except SealBroken:
        return Attempt(outcome=Outcome.UNREADABLE, lock=lock), changes
    moved = state.resynchronize(first, second, windows, at=now)
    if moved is not None:
        return _accepted(token, state, moved, entered=2, at=at)
    finding = diagnose(state, first, second, windows=windows, at=now)
    left = settings.PAIR_TRIES - counted.made
    refused = Attempt(outcome=Outcome.REJECTED, lock=lock, attempts_left=left, finding=finding)
    return refused, changes


def _accepted(
    token: HardToken, state: OathState, moved: OathState, *, entered: int = 1, at: datetime
) -> Decision:
    unlocked, skipped = token.lock.opened(), presses_skipped(state, moved, entered=entered)
    changes = lock_columns(unlocked) | {
        "next_factor": moved.next_factor,
        "drift": moved.drift,
        "presses_skipped": token.presses_skipped + skipped,
        "last_used_at": at,
        "out_of_step_at": None,
    }
    if entered == 2:  # the two in a row found it again, so the tries begin anew
        changes |= {"pair_tries": 0, "pair_tries_since": None}
    return Attempt(outcome=Outcome.ACCEPTED, lock=unlocked, skipped=skipped), changes


def _decide(token: HardToken, decide: Callable[[HardToken], Decision]) -> Attempt:
    """Store what was decided, if the row still stands as it was when it was decided."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An attempt must be stored by the transaction that makes it.")
    current: HardToken | None = token
    for _reading in range(READINGS):
        if current is None:
            return Attempt(outcome=Outcome.NOT_ACTIVE, lock=token.lock)
        attempt, changes = decide(current)
        if changes is None:
            return attempt
        decided_on = {f"was_{name}": getattr(current, name) for name in DECIDED_ON}
        if _STORE(token=token.pk, **decided_on, **changes):
            return attempt
        current = _READ_AGAIN.one_or_none(token=token.pk)
    return Attempt(outcome=Outcome.CONTENDED, lock=token.lock)


def find_pair(
    record: SeedRecord, first: str, second: str, *, floor: int, at: datetime
) -> OathState | None:
    """Return the state of a token being bound, its two passwords spent, or None.

    ``floor`` is the lowest moving factor that no earlier owner of the token has spent.
    """
    state = record.oath_state(next_factor=floor)
    return state.resynchronize(first, second, _windows_of(record), at=int(at.timestamp()))


def _state_of(token: HardToken) -> OathState:
    return token.seed_record.oath_state(next_factor=token.next_factor, drift=token.drift)


def _windows_of(record: SeedRecord) -> Windows:
    return WINDOWS[SeedRecord.MovingFactor(record.moving_factor)]
