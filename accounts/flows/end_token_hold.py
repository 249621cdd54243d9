"""A designated individual ends the lock that a token stays in after its third lock in a day."""

from __future__ import annotations

from datetime import datetime

from accounts import practice_tokens, signing_states
from accounts.models import User
from accounts.practice_tokens import NotYourToken
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices
from tokens.models import OathToken, SecurityNotice


class NothingToEnd(Refusal):
    code = "no-token-hold"
    text = (
        "This token was unlocked already, or it was reported lost or removed. Nothing was changed."
    )


def end_token_hold(*, token: OathToken, designee: User, assurance: str, at: datetime) -> None:
    """Open it now, and begin its count of failures anew. The locks of the day stay counted.

    ``assurance`` is how the designee made sure, and stays on the trail. Refused: the designee's
    own token and one of another practice, and one that is not active or not held.
    """
    person = token.user
    with audited_transaction() as trail:
        signing_states.lock_state(person)
        rows = practice_tokens.others_tokens(designee, type(token)).filter(pk=token.pk)
        refusal: Refusal | None = None
        if not rows.exists():
            refusal = NotYourToken()
        elif not _open(token):
            refusal = NothingToEnd()
        trail.record(
            Event.TOKEN_HOLD_NOT_ENDED if refusal else Event.TOKEN_HOLD_ENDED,
            at=at,
            person=person,
            actor=designee,
            subject=str(token),
            assurance=assurance,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            change = SecurityNotice.Change.TOKEN_HOLD_ENDED
            notices.note(person, change, subject=str(token), at=at)
    if refusal is not None:
        raise refusal


def _open(token: OathToken) -> bool:
    rows = type(token)._default_manager.filter(pk=token.pk, held_at__isnull=False)
    held = rows.filter(status=OathToken.Status.ACTIVE, reported_at=None)
    return bool(held.update(held_at=None, failures=0, locked_until=None))
