"""Deciding on both factors: what one knows and a token, evaluated always and answered alike.

21 CFR 1311.115. Inside the caller's transaction, which has locked the person's signing state.
"""

from __future__ import annotations

from datetime import datetime

from accounts import signing_states
from accounts.factor_refusals import FactorsRejected, KnowledgeChanged, SigningHeld, SigningLocked
from accounts.knowledge import Compared, Knowledge
from accounts.models import KnowledgeFactor, SigningState, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.attempts import lock_change
from tokens.models import OathToken, SecurityNotice
from tokens.outcomes import Attempt, Outcome
from tokens.possession import Possession
from tokens.refusals import refusal_of
from tokens.throttle import Lock

# Told whatever the PIN was: they follow from the token alone, and count against it alone.
TOLD_BY_THE_TOKEN = {
    Outcome.LOCKED,
    Outcome.OUT_OF_STEP,
    Outcome.NOT_ACTIVE,
    Outcome.UNREADABLE,
    Outcome.CONTENDED,
    Outcome.NOT_ANSWERED,
    Outcome.NOT_APPROVED,
}


def locked(lock: Lock, *, at: datetime) -> Refusal | None:
    """Return why no factors are checked now: too many were wrong before."""
    if lock.held_at is not None:
        return SigningHeld()
    if lock.locked_until is not None and lock.is_closed(at):
        return SigningLocked(until=lock.locked_until.isoformat())
    return None


def judge(
    trail: Trail,
    state: SigningState,
    compared: Compared,
    by: Possession,
    *,
    user: User,
    knows: KnowledgeFactor.Kind,
    at: datetime,
) -> Refusal | None:
    """Spend the password, count the ceremony and record what it told. None: both were right.

    ``compared``: the knowledge, before the transaction opened. It may have changed since.
    """
    if compared.generation not in (None, state.generation):
        return KnowledgeChanged()
    attempt, known = by.use(at=at), compared.known
    refusal = verdict(state, attempt, known, knows=knows, token=by.token, at=at)
    record_trouble(trail, user, attempt, known, refusal, by=by, at=at)
    return refusal


def verdict(
    state: SigningState,
    attempt: Attempt,
    known: Knowledge,
    *,
    knows: KnowledgeFactor.Kind,
    token: OathToken,
    at: datetime,
) -> Refusal | None:
    """Count the ceremony, unless the token alone decided it. The row is ours: it is locked."""
    if attempt.outcome in TOLD_BY_THE_TOKEN:
        return refusal_of(attempt, token=token)
    if attempt.outcome is Outcome.ACCEPTED and known is Knowledge.RIGHT:
        signing_states.store_lock(state, state.lock.opened())
        return None
    counted = state.lock.after_failure(at, signing_states.LOCK_POLICY)
    signing_states.store_lock(state, counted)
    left = signing_states.LOCK_POLICY.failures - counted.failures
    return locked(counted, at=at) or FactorsRejected(left=left, knows=knows.value)


def record_trouble(
    trail: Trail,
    user: User,
    attempt: Attempt,
    known: Knowledge,
    refusal: Refusal | None,
    *,
    by: Possession,
    at: datetime,
) -> None:
    """Record what a ceremony told of the factors, and the locks it led to; contacts are told of
    those."""
    telling = {
        Event.OTP_REPLAYED: attempt.outcome is Outcome.REPLAYED,
        Event.TOKEN_OUT_OF_STEP: attempt.outcome is Outcome.OUT_OF_STEP,
        Event.SEED_UNREADABLE: attempt.outcome is Outcome.UNREADABLE,
        Event.KNOWLEDGE_UNREADABLE: known is Knowledge.UNREADABLE,
        Event.TOKEN_LOCKED: attempt.led_to_lock,
        Event.SIGNING_LOCKED: isinstance(refusal, SigningLocked | SigningHeld),
    }
    told = {
        Event.TOKEN_LOCKED: lock_change(by.token),
        Event.SIGNING_LOCKED: SecurityNotice.Change.SIGNING_LOCKED,
    }
    for event, is_so in telling.items():
        if is_so:
            trail.record(event, at=at, person=user, actor=user, subject=str(by))
        if is_so and event in told:
            notices.note(user, told[event], at=at)
