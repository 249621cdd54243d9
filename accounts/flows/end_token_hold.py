"""A designated individual ends the lock that a token stays in after its third lock in a day."""

from __future__ import annotations

from datetime import datetime

from accounts import designee_help
from accounts.designee_help import Help
from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens.models import OathToken, SecurityNotice

UNLOCKING = Help(
    wanted={"held_at__isnull": False},
    becomes={"held_at": None, "failures": 0, "locked_until": None},
    done=Event.TOKEN_HOLD_ENDED,
    refused=Event.TOKEN_HOLD_NOT_ENDED,
    told=SecurityNotice.Change.TOKEN_HOLD_ENDED,
)


class NothingToEnd(Refusal):
    code = "no-token-hold"
    text = (
        "This token was unlocked already, or it was reported lost or removed. Nothing was changed."
    )


def end_token_hold(*, token: OathToken, designee: User, assurance: str, at: datetime) -> None:
    """Open it now, and begin its count of failures anew. The locks of the day stay counted.

    Refused: the designee's own token and one of another practice, and one that is not active or
    not held.
    """
    with audited_transaction() as trail:
        refusal = designee_help.give(
            trail,
            UNLOCKING,
            token=token,
            designee=designee,
            assurance=assurance,
            nothing=NothingToEnd(),
            at=at,
        )
    if refusal is not None:
        raise refusal
