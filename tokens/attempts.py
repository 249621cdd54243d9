"""Writing an attempt on the trail, inside the transaction that made it."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from tokens import notices
from tokens.models import OathToken, SecurityNotice, SoftToken
from tokens.outcomes import Attempt, Outcome

_TELLING = {
    Outcome.REPLAYED: Event.OTP_REPLAYED,
    Outcome.OUT_OF_STEP: Event.TOKEN_OUT_OF_STEP,
    Outcome.UNREADABLE: Event.SEED_UNREADABLE,
}


def record_attempt(
    trail: Trail,
    attempt: Attempt,
    *,
    token: OathToken,
    accepted: Event,
    refused: Event,
    at: datetime,
) -> None:
    """Record what came of the attempt, and the lock if it led to one."""
    person, subject = token.user, str(token)
    if attempt.outcome is Outcome.ACCEPTED:
        trail.record(
            accepted, person=person, actor=person, subject=subject, at=at, skipped=attempt.skipped
        )
        return
    trail.record(
        _TELLING.get(attempt.outcome, refused),
        person=person,
        actor=person,
        subject=subject,
        at=at,
        outcome=attempt.outcome,
        purpose=refused,
        finding=attempt.finding,
    )
    if attempt.led_to_lock:
        trail.record(Event.TOKEN_LOCKED, person=person, actor=person, subject=subject, at=at)
        notices.note(person, lock_change(token), subject=subject, at=at)


def lock_change(token: OathToken) -> SecurityNotice.Change:
    """Return what people are told of a lock of this token."""
    is_soft = isinstance(token, SoftToken)
    change = SecurityNotice.Change
    return change.MOBILE_ID_LOCKED if is_soft else change.TOKEN_LOCKED
