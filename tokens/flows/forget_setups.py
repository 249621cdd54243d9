"""End what nobody finished: seeds that were drawn and never proven are destroyed."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.trail import audited_transaction
from tokens import approvals, mobile_ids
from tokens.models import MobileIdSetup

AT_A_TIME = 500


def forget_setups(*, at: datetime) -> int:
    """Return how many were ended. Their rows stay: the card says what became of them."""
    State = MobileIdSetup.State
    over = MobileIdSetup.objects.filter(state=State.OPEN, expires_at__lte=at)
    ended = 0
    for setup in over.select_related("user")[:AT_A_TIME]:
        with audited_transaction():
            approvals.lock_person(setup.user)
            setup.refresh_from_db(fields=["state"])
            if setup.state == State.OPEN:
                mobile_ids.end(setup, State.ENDED, at=at)
                ended += 1
    return ended
