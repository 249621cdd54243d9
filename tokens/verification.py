"""The one module through which every one-time password passes, and where it is spent.

Every function runs inside the caller's transaction, which must also write what came of it
on the trail. How a decision is stored, so that nothing is spent twice: ``tokens.decisions``.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings

from epcs_portal.sealing import SealBroken
from tokens.decisions import Decision, decide
from tokens.diagnosis import diagnose
from tokens.models import OathToken, SeedRecord, SoftSeed, lock_columns
from tokens.oath import OathState, TimeToken, Windows, presses_skipped
from tokens.outcomes import Attempt, Outcome
from tokens.throttle import LockPolicy

LOCK_POLICY = LockPolicy(
    failures=settings.OTP_FAILURES_TO_LOCK,
    lock=settings.OTP_LOCK,
    locks=settings.OTP_LOCKS_TO_HOLD,
    period=settings.OTP_LOCKS_PERIOD,
)
IN_PRESSES = Windows(
    acceptance=settings.ACCEPTANCE_PRESSES,
    resynchronization=settings.RESYNCHRONIZATION_PRESSES,
)
IN_STEPS = Windows(
    acceptance=settings.ACCEPTANCE_STEPS,
    resynchronization=settings.RESYNCHRONIZATION_STEPS,
    gap=settings.RESYNCHRONIZATION_GAP_STEPS,
)


def spend(token: OathToken, otp: str, *, at: datetime) -> Attempt:
    """Check one password of an active token, and spend it if it is right.

    Not active: removed, reported lost, or expired.

    Accepted passwords lie up to 10 presses ahead (RFC 4226 section 7.4) or one time step
    either side of now (RFC 6238 section 5.2). A password further ahead is out of step.
    """
    return decide(token, partial(_check, otp=otp, at=at))


def _check(token: OathToken, *, otp: str, at: datetime) -> Decision:
    if token.is_expired(at):
        return Attempt(outcome=Outcome.NOT_ACTIVE, lock=token.lock), None
    if token.lock.is_closed(at):
        return Attempt(outcome=Outcome.LOCKED, lock=token.lock), None
    counted = token.lock.after_failure(at, LOCK_POLICY)
    is_last = counted.locked_until is not None
    now = int(at.timestamp())
    try:
        state = _state_of(token)
    except SealBroken:
        unreadable = Attempt(outcome=Outcome.UNREADABLE, lock=counted, led_to_lock=is_last)
        return unreadable, lock_columns(counted)
    windows = _windows_of(state)
    moved = state.accept(otp, windows, at=now)
    if moved is not None:
        return _accepted(token, state, moved, at=at)
    outcome, changes = Outcome.REJECTED, lock_columns(counted)
    if state.was_spent(otp):
        outcome = Outcome.REPLAYED
    elif state.is_ahead(otp, windows, at=now):
        outcome, changes["out_of_step_at"] = Outcome.OUT_OF_STEP, at
    refused = Attempt(
        outcome=outcome,
        lock=counted,
        led_to_lock=is_last,
        attempts_left=LOCK_POLICY.failures - counted.failures,
        clock_error=state.clock_error(otp, windows, at=now)
        if isinstance(state, TimeToken) and outcome is Outcome.OUT_OF_STEP
        else None,
    )
    return refused, changes


def resynchronize(token: OathToken, first: str, second: str, *, at: datetime) -> Attempt:
    """Find the token again from two passwords in a row (RFC 4226 section 7.4, RFC 6238 section 6).

    Five tries an hour, also while the token is locked; success unlocks it. A token that is
    held stays held. When the two are refused the finding says why.
    """
    return decide(token, partial(_find_again, first=first, second=second, at=at))


def _find_again(token: OathToken, *, first: str, second: str, at: datetime) -> Decision:
    lock, period = token.lock, settings.PAIR_TRIES_PERIOD
    if token.is_expired(at):
        return Attempt(outcome=Outcome.NOT_ACTIVE, lock=lock), None
    if token.held_at is not None:
        return Attempt(outcome=Outcome.LOCKED, lock=lock), None
    again_at = token.tries.used_up_until(at, allowed=settings.PAIR_TRIES, period=period)
    if again_at is not None:
        return Attempt(outcome=Outcome.TRIES_USED_UP, lock=lock, again_at=again_at), None
    counted = token.tries.after_one(at, period=period)
    changes = {"pair_tries": counted.made, "pair_tries_since": counted.since}
    now = int(at.timestamp())
    try:
        state = _state_of(token)
    except SealBroken:
        return Attempt(outcome=Outcome.UNREADABLE, lock=lock), changes
    windows = _windows_of(state)
    moved = state.resynchronize(first, second, windows, at=now)
    if moved is not None:
        return _accepted(token, state, moved, entered=2, at=at)
    finding = diagnose(state, first, second, windows=windows, at=now)
    left = settings.PAIR_TRIES - counted.made
    refused = Attempt(outcome=Outcome.REJECTED, lock=lock, attempts_left=left, finding=finding)
    return refused, changes


def _accepted(
    token: OathToken, state: OathState, moved: OathState, *, entered: int = 1, at: datetime
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


def find_pair(
    record: SeedRecord, first: str, second: str, *, floor: int, at: datetime
) -> OathState | None:
    """Return the state of a token being bound, its two passwords spent, or None.

    ``floor`` is the lowest moving factor that no earlier owner of the token has spent.
    """
    state = record.oath_state(next_factor=floor)
    return state.resynchronize(first, second, _windows_of(state), at=int(at.timestamp()))


def find_code(seed: SoftSeed, code: str, *, at: datetime) -> OathState | None:
    """Return the state of a Mobile ID being added, the code that proves it spent, or None."""
    return seed.oath_state(next_factor=0).accept(code, IN_STEPS, at=int(at.timestamp()))


def _state_of(token: OathToken) -> OathState:
    return token.seed_source.oath_state(next_factor=token.next_factor, drift=token.drift)


def _windows_of(state: OathState) -> Windows:
    return IN_STEPS if isinstance(state, TimeToken) else IN_PRESSES
