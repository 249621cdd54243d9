"""This wasn't me: signing stops, on the word of whoever has the link."""

from __future__ import annotations

from datetime import datetime

from accounts import signing_states
from accounts.models import Hold
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import mobile_ids, notices, step_up
from tokens.models import SecurityNotice


def place_hold(*, notice: SecurityNotice, at: datetime) -> bool:
    """Stop all signing by the person of this notice; return whether this did it.

    The link of a notice places one hold, once. When this returns no signature can be made: whoever
    is signing at this moment either committed before, or finds the hold. Whatever any session had
    proven is over. Nobody is signed in here, so the trail has no actor.
    """
    user = notice.user
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        _hold, is_new = Hold.objects.get_or_create(
            notice=notice, defaults={"user": user, "placed_at": at}
        )
        if is_new:
            signing_states.void_ceremonies(state)
            mobile_ids.stop_everything(user, at=at)
            step_up.end_after_change(user_id=user.pk, session_key="", at=at)
            subject = notice.get_change_display()
            trail.record(Event.HOLD_PLACED, at=at, person=user, subject=subject)
            notices.note(user, SecurityNotice.Change.HOLD_PLACED, at=at)
            notices.note_designees(user, SecurityNotice.Change.HOLD_AT_PRACTICE, at=at)
    return is_new
