"""An eRx administrator chooses what signing asks for first: the EPCS PIN or the password."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Practice, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction


def choose_signing_factor(
    *, administrator: User, signs_with: Practice.SignsWith, at: datetime
) -> None:
    """Write it on the practice. Who has set only the other one signs with that all the same.

    Nothing is refused: the view lets in eRx administrators alone. What stands already is not
    written again.
    """
    practice = Practice.objects.filter(memberships__user=administrator)
    with audited_transaction() as trail:
        if practice.exclude(signs_with=signs_with).update(signs_with=signs_with):
            trail.record(
                Event.SIGNING_FACTOR_CHOSEN,
                at=at,
                person=administrator,
                actor=administrator,
                subject=signs_with.label,
            )
