"""The one module through which every one-time password passes, and where it is spent.

Every function runs inside the caller's transaction, which must also write what came of it
on the trail. The attempt is counted before it is checked, and each UPDATE names the state
it was decided on: two requests can neither share one guess nor spend one password twice,
on PostgreSQL and on SQLite alike (on SQLite there are no row locks to rely on). A lost race
is read again once.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from epcs_portal.rows import one_or_none
from epcs_portal.sealing import SealBroken
from tokens.diagnosis import diagnose
from tokens.models import HardToken, SeedRecord, lock_columns
from tokens.oath import OathState, Windows, presses_skipped
from tokens.outcomes import Attempt, Outcome
from tokens.throttle import Lock, LockPolicy

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
    "failures",
    "locked_until",
    "held_at",
    "pair_tries",
    "pair_tries_since",
)
READINGS = 2  # a lost race is read again once, and never reported as a lock


def spend(token: HardToken, otp: str, *, at: datetime) -> Attempt:
    """Check one password of an active token, and spend it if it is right.

    Accepted passwords lie up to 10 presses ahead (RFC 4226 section 7.4) or one time step
    either side of now (RFC 6238 section 5.2). A password further ahead is out of step.
    """
    _inside_a_transaction()
    current: HardToken | None = token
    for _reading in range(READINGS):
        if current is None:
            return Attempt(outcome=Outcome.NOT_ACTIVE, lock=token.lock)
        if current.lock.is_closed(at):
            return Attempt(outcome=Outcome.LOCKED, lock=current.lock)
        counted = current.lock.after_failure(at, LOCK_POLICY)
        if _store(current, **lock_columns(counted)):
            return _check(current, counted, otp, at)
        current = _read_again(token)
    return Attempt(outcome=Outcome.CONTENDED, lock=token.lock)


def _check(token: HardToken, counted: Lock, otp: str, at: datetime) -> Attempt:
    """The row is ours until the transaction ends: it was counted in it."""
    windows, now = _windows_of(token.seed_record), int(at.timestamp())
    is_last = counted.locked_until is not None
    try:
        state = _state_of(token)
    except SealBroken:
        return Attempt(outcome=Outcome.UNREADABLE, lock=counted, led_to_lock=is_last)
    moved = state.accept(otp, windows, at=now)
    if moved is not None:
        unlocked, skipped = token.lock.opened(), presses_skipped(state, moved)
        _move(token, moved, skipped, unlocked, at)
        return Attempt(outcome=Outcome.ACCEPTED, lock=unlocked, skipped=skipped)
    outcome = Outcome.REJECTED
    if state.was_spent(otp):
        outcome = Outcome.REPLAYED
    elif state.is_ahead(otp, windows, at=now):
        outcome = Outcome.OUT_OF_STEP
        _rows(token).update(out_of_step_at=at)
    left = LOCK_POLICY.failures - counted.failures
    return Attempt(outcome=outcome, lock=counted, led_to_lock=is_last, attempts_left=left)


def resynchronize(token: HardToken, first: str, second: str, *, at: datetime) -> Attempt:
    """Find the token again from two passwords in a row (RFC 4226 section 7.4, RFC 6238 section 6).

    Five tries an hour, also while the token is locked; success unlocks it. A token that is
    held stays held. When the two are refused the finding says why.
    """
    _inside_a_transaction()
    period = settings.PAIR_TRIES_PERIOD
    current: HardToken | None = token
    for _reading in range(READINGS):
        if current is None:
            return Attempt(outcome=Outcome.NOT_ACTIVE, lock=token.lock)
        if current.held_at is not None:
            return Attempt(outcome=Outcome.LOCKED, lock=current.lock)
        again_at = current.tries.used_up_until(at, allowed=settings.PAIR_TRIES, period=period)
        if again_at is not None:
            return Attempt(outcome=Outcome.TRIES_USED_UP, lock=current.lock, again_at=again_at)
        counted = current.tries.after_one(at, period=period)
        if _store(current, pair_tries=counted.made, pair_tries_since=counted.since):
            left = settings.PAIR_TRIES - counted.made
            return _find_again(current, first, second, at, left=left)
        current = _read_again(token)
    return Attempt(outcome=Outcome.CONTENDED, lock=token.lock)


def _find_again(token: HardToken, first: str, second: str, at: datetime, *, left: int) -> Attempt:
    windows, now = _windows_of(token.seed_record), int(at.timestamp())
    try:
        state = _state_of(token)
    except SealBroken:
        return Attempt(outcome=Outcome.UNREADABLE, lock=token.lock)
    moved = state.resynchronize(first, second, windows, at=now)
    if moved is None:
        finding = diagnose(state, first, second, windows=windows, at=now)
        return Attempt(
            outcome=Outcome.REJECTED, lock=token.lock, attempts_left=left, finding=finding
        )
    unlocked, skipped = token.lock.opened(), presses_skipped(state, moved, entered=2)
    _move(token, moved, skipped, unlocked, at, pair_tries=0, pair_tries_since=None)
    return Attempt(outcome=Outcome.ACCEPTED, lock=unlocked, skipped=skipped)


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


def _move(
    token: HardToken, moved: OathState, skipped: int, lock: Lock, at: datetime, **changes: object
) -> None:
    _rows(token).update(
        next_factor=moved.next_factor,
        drift=moved.drift,
        presses_skipped=F("presses_skipped") + skipped,
        last_used_at=at,
        out_of_step_at=None,
        **lock_columns(lock),
        **changes,
    )


def _store(token: HardToken, **changes: object) -> bool:
    """Write what was decided, if the row still stands as it was when it was decided."""
    decided_on = {name: getattr(token, name) for name in DECIDED_ON}
    return bool(_rows(token).filter(**decided_on).update(**changes))


def _rows(token: HardToken) -> QuerySet[HardToken]:
    return HardToken.objects.filter(pk=token.pk, status=HardToken.Status.ACTIVE)


def _read_again(token: HardToken) -> HardToken | None:
    return one_or_none(_rows(token).select_related("seed_record"))


def _inside_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An attempt must be stored by the transaction that makes it.")
