"""Support ends the lock of a token before its time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import OathToken, SecurityNotice
from tokens.refusals import OwnAccount

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

    Refused: an agent's own token, one that is not locked, was removed or reported, or is held after
    its third lock in a day, which a designated individual alone ends.
    """
    person = token.user
    refusal: Refusal | None = None
    with audited_transaction() as trail:
        if person.pk == agent.pk:
            refusal = OwnAccount()
        elif not _unlock(token, at=at):
            refusal = NothingToUnlock()
        trail.record(
            Event.TOKEN_NOT_UNLOCKED if refusal else Event.TOKEN_UNLOCKED,
            at=at,
            person=person,
            actor=agent,
            subject=str(token),
            reason=reason,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            change = SecurityNotice.Change.TOKEN_UNLOCKED
            notices.note(person, change, subject=str(token), at=at)
    if refusal is not None:
        raise refusal


def _unlock(token: OathToken, *, at: datetime) -> bool:
    locked = type(token).objects.filter(
        pk=token.pk,
        status=token.Status.ACTIVE,
        held_at=None,
        locked_until__gt=at,
    )
    return bool(locked.update(failures=0, locked_until=None))
