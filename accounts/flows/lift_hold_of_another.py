"""A designated individual made sure, and lifts the hold of a prescriber at the practice."""

from __future__ import annotations

from datetime import datetime

from accounts import holds, signing_states
from accounts.access_refusals import ExecutorStopped
from accounts.models import Hold, User
from accounts.signing_access import is_stopped
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import SecurityNotice


class HoldNotThere(Refusal):
    code = "hold-not-there"
    text = "This hold was lifted already. Nothing was changed a second time."


def lift_hold_of_another(*, hold: Hold, designee: User, assurance: str, at: datetime) -> None:
    """End one hold. It is no access change: it gives back nothing but what the hold stopped.

    ``assurance`` is how the designee made sure. Refused: a hold that stands no more, the
    designee's own, one of another practice, and any while the designee's own signing is stopped.
    """
    user = hold.user
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        refusal = _lift(hold, designee, assurance, at=at)
        event = Event.HOLD_NOT_LIFTED if refusal else Event.HOLD_LIFTED
        outcome = refusal.code if refusal else None
        trail.record(event, at=at, person=user, actor=designee, subject="hold", outcome=outcome)
        if refusal is None:
            notices.note(user, SecurityNotice.Change.HOLD_LIFTED, at=at)
    if refusal is not None:
        raise refusal


def _lift(hold: Hold, designee: User, assurance: str, *, at: datetime) -> Refusal | None:
    if is_stopped(designee):
        return ExecutorStopped()
    by = Hold.LiftedBy.DESIGNATED_INDIVIDUAL
    stands = holds.holds_for(designee).filter(pk=hold.pk)
    is_lifted = stands.update(lifted_at=at, lifted_by=by, assurance=assurance)
    return None if is_lifted else HoldNotThere()
