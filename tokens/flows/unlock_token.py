"""Support ends the lock of a token before its time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import OathToken, SecurityNotice

if TYPE_CHECKING:
    from accounts.models import User


class NothingToUnlock(Refusal):
    code = "nothing-to-unlock"
    text = (
        "This token is not locked, or its lock is none that support may end. "
        "After the third lock in a day a designated individual of the practice ends it."
    )


def unlock_token(*, token: OathToken, agent: User, reason: str, at: datetime) -> None:
    """Open it now, and begin its count of failures anew. The locks of the day stay counted.

    Refused: a token that is not locked, was removed or reported, or is held after its third lock
    in a day, which a designated individual alone ends.
    """
    person = token.user
    with audited_transaction() as trail:
        locked = type(token).objects.filter(
            pk=token.pk,
            status=token.Status.ACTIVE,
            held_at=None,
            locked_until__gt=at,
        )
        is_opened = bool(locked.update(failures=0, locked_until=None))
        trail.record(
            Event.TOKEN_UNLOCKED if is_opened else Event.TOKEN_NOT_UNLOCKED,
            at=at,
            person=person,
            actor=agent,
            subject=str(token),
            reason=reason,
            outcome=None if is_opened else NothingToUnlock.code,
        )
        if is_opened:
            change = SecurityNotice.Change.TOKEN_UNLOCKED
            notices.note(person, change, subject=str(token), at=at)
    if not is_opened:
        raise NothingToUnlock
