"""Lift a hold with what one had before the change: the PIN or password, and a token."""

from __future__ import annotations

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from accounts import holds, knowledge, signing_states, two_factors
from accounts.factor_refusals import SigningHeld, SigningLocked
from accounts.knowledge import Compared
from accounts.models import Hold, KnowledgeFactor, SigningState, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import SecurityNotice
from tokens.possession import Possession

Kind = KnowledgeFactor.Kind


class HoldNeedsDesignee(Refusal):
    code = "hold-needs-designee"
    text = (
        "What you have now was set up with or after the change you reported, so it can't lift the "
        "hold. A designated individual at your practice can."
    )


class LiftingLocked(Refusal):
    """Not in the words of signing: a new EPCS PIN unlocks that, and could lift no hold."""

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
    compared = knowledge.check(user=user, kind=knows, secret=secret)
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        refusal = _judge(trail, state, user, compared, by, knows, at=at)
        if refusal is None:
            lifted_by = Hold.LiftedBy.OWN_FACTORS
            standing = Hold.objects.filter(user=user, lifted_at=None)
            standing.update(lifted_at=at, lifted_by=lifted_by)
            notices.note(user, SecurityNotice.Change.HOLD_LIFTED, at=at)
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


def _judge(
    trail: Trail,
    state: SigningState,
    user: User,
    compared: Compared,
    by: Possession,
    knows: Kind,
    *,
    at: datetime,
) -> Refusal | None:
    """Ask first what takes no factor: whoever holds a token learns nothing of the PIN."""
    if state.lock.is_closed(at):
        return LiftingLocked()
    if not holds.may_lift(user, by.token, knows):
        return HoldNeedsDesignee()
    refusal = two_factors.judge(trail, state, compared, by, user=user, knows=knows, at=at)
    return LiftingLocked() if isinstance(refusal, SigningLocked | SigningHeld) else refusal
