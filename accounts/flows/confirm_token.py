"""A designated individual made sure whose token it is that a backup phone alone let in."""

from __future__ import annotations

from datetime import datetime

from accounts import designee_help
from accounts.designee_help import Help
from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens.models import OathToken, SecurityNotice

CONFIRMING = Help(
    wanted={"is_phone_bound": True},
    becomes={"is_phone_bound": False},
    done=Event.TOKEN_CONFIRMED,
    refused=Event.TOKEN_NOT_CONFIRMED,
    told=SecurityNotice.Change.TOKEN_CONFIRMED,
)


class NothingToConfirm(Refusal):
    code = "nothing-to-confirm"
    text = (
        "This token was confirmed already, or it was reported lost or removed. Nothing was changed."
    )


def confirm_token(*, token: OathToken, designee: User, assurance: str, at: datetime) -> None:
    """Take the mark off: from now on the token opens what any other does, such as a new PIN.

    Refused: the designee's own token and one of another practice, and one that is not active or
    carries no mark.
    """
    with audited_transaction() as trail:
        refusal = designee_help.give(
            trail,
            CONFIRMING,
            token=token,
            designee=designee,
            assurance=assurance,
            nothing=NothingToConfirm(),
            at=at,
        )
    if refusal is not None:
        raise refusal
