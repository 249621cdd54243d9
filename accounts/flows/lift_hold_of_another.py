"""A designated individual made sure, and lifts the hold of a prescriber at the practice."""

from __future__ import annotations

from datetime import datetime

from accounts import holds, signing_states
from accounts.models import Hold, User
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
    designee's own, and one of another practice.
    """
    user = hold.user
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        is_lifted = (
            holds.holds_for(designee)
            .filter(pk=hold.pk)
            .update(
                lifted_at=at, lifted_by=Hold.LiftedBy.DESIGNATED_INDIVIDUAL, assurance=assurance
            )
        )
        event = Event.HOLD_LIFTED if is_lifted else Event.HOLD_NOT_LIFTED
        outcome = None if is_lifted else HoldNotThere.code
        trail.record(event, at=at, person=user, actor=designee, subject="hold", outcome=outcome)
        if is_lifted:
            notices.note(user, SecurityNotice.Change.HOLD_LIFTED, at=at)
    if not is_lifted:
        raise HoldNotThere
