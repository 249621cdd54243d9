"""Lift a hold with what one had before the change: the PIN, and a password of the token."""

from __future__ import annotations

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from accounts import holds, knowledge, signing_states
from accounts.knowledge import Compared, Knowledge
from accounts.models import Hold, KnowledgeFactor, SigningState, User
from accounts.signing_states import LOCK_POLICY
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.attempts import lock_change
from tokens.models import OathToken, SecurityNotice
from tokens.outcomes import Attempt, Outcome
from tokens.possession import Possession

Change = SecurityNotice.Change
Kind = KnowledgeFactor.Kind


class HoldNotLifted(Refusal):
    """One sentence for both factors: whoever holds a token learns nothing of the PIN.

    Facts: ``label``, of what was asked for beside the one-time password.
    """

    code = "hold-not-lifted"
    text = (
        "The {label} or one-time password is not right. Enter both again, with a new one-time "
        "password."
    )


class HoldNeedsDesignee(Refusal):
    code = "hold-needs-designee"
    text = (
        "What you have now was set up with or after the change you reported, so it can't lift the "
        "hold. A designated individual at your practice can."
    )


class LiftingLocked(Refusal):
    code = "lifting-locked"
    text = (
        "There were too many incorrect attempts, so signing is locked and the hold stays. "
        "My Settings says until when."
    )


@sensitive_variables("secret", "by")
def lift_hold(*, user: User, by: Possession, knows: Kind, secret: str, at: datetime) -> None:
    """End every hold of this person whose change is younger than both factors.

    Both are always evaluated, the password is spent, and a failure counts among those of signing.
    Refused: wrong factors, factors as new as the change, and any while signing is locked.
    """
    token = by.token
    compared = knowledge.check(user=user, kind=knows, secret=secret)
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        refusal: Refusal | None
        if state.lock.is_closed(at):
            refusal = LiftingLocked()
        elif not holds.may_lift(user, token, knows):
            refusal = HoldNeedsDesignee()
        else:
            attempt = by.use(at=at)
            is_known = compared == Compared(known=Knowledge.RIGHT, generation=state.generation)
            is_right = is_known and attempt.outcome is Outcome.ACCEPTED
            refusal = _settle(user, state, knows, is_right=is_right, at=at)
            _tell_of_locks(trail, token, attempt, refusal, at=at)
        trail.record(
            Event.HOLD_NOT_LIFTED if refusal else Event.HOLD_LIFTED,
            at=at,
            person=user,
            actor=user,
            subject="hold",
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal


def _settle(
    user: User, state: SigningState, knows: Kind, *, is_right: bool, at: datetime
) -> Refusal | None:
    lock = state.lock.opened() if is_right else state.lock.after_failure(at, LOCK_POLICY)
    signing_states.store_lock(state, lock)
    if not is_right:
        return LiftingLocked() if lock.is_closed(at) else HoldNotLifted(label=knows.label)
    lifted_by = Hold.LiftedBy.OWN_FACTORS
    Hold.objects.filter(user=user, lifted_at=None).update(lifted_at=at, lifted_by=lifted_by)
    notices.note(user, Change.HOLD_LIFTED, at=at)
    return None


def _tell_of_locks(
    trail: Trail,
    token: OathToken,
    attempt: Attempt,
    refusal: Refusal | None,
    *,
    at: datetime,
) -> None:
    locks = {
        Event.TOKEN_LOCKED: (attempt.led_to_lock, lock_change(token), str(token)),
        Event.SIGNING_LOCKED: (isinstance(refusal, LiftingLocked), Change.SIGNING_LOCKED, ""),
    }
    for event, (is_so, change, subject) in locks.items():
        if is_so:
            trail.record(event, at=at, person=token.user, actor=token.user, subject=subject)
            notices.note(token.user, change, subject=subject, at=at)
