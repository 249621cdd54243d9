"""A designated individual made sure whose token it is that a backup phone alone let in."""

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


class NothingToConfirm(Refusal):
    code = "nothing-to-confirm"
    text = (
        "This token was confirmed already, or it was reported lost or removed. Nothing was changed."
    )


def confirm_token(*, token: OathToken, designee: User, assurance: str, at: datetime) -> None:
    """Take the mark off: from now on the token opens what any other does, such as a new PIN.

    ``assurance`` is how the designee made sure, and stays on the trail. Refused: the designee's
    own token and one of another practice, and one that is not active or carries no mark.
    """
    person = token.user
    with audited_transaction() as trail:
        signing_states.lock_state(person)
        rows = practice_tokens.others_tokens(designee, type(token)).filter(pk=token.pk)
        refusal: Refusal | None = None
        if not rows.exists():
            refusal = NotYourToken()
        elif not _confirm(token):
            refusal = NothingToConfirm()
        trail.record(
            Event.TOKEN_NOT_CONFIRMED if refusal else Event.TOKEN_CONFIRMED,
            at=at,
            person=person,
            actor=designee,
            subject=str(token),
            assurance=assurance,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            change = SecurityNotice.Change.TOKEN_CONFIRMED
            notices.note(person, change, subject=str(token), at=at)
    if refusal is not None:
        raise refusal


def _confirm(token: OathToken) -> bool:
    rows = type(token)._default_manager.filter(pk=token.pk, is_phone_bound=True)
    active = rows.filter(status=OathToken.Status.ACTIVE, reported_at=None)
    return bool(active.update(is_phone_bound=False))
