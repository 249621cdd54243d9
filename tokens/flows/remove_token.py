"""Take a hard token or Mobile ID away, for a reason."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import approvals, factors, notices, step_up, ways_in
from tokens.models import OathToken, SoftToken
from tokens.refusals import AuthorityOver
from tokens.removal_refusals import LastWayIn, TokenGone
from tokens.step_up import Authority


def remove_token(
    *, token: OathToken, reason: str, detail: str, authority: Authority, at: datetime
) -> None:
    """End the token: nothing of it verifies any more, and what it had proven is over everywhere.

    Refused: an authority that ended meanwhile, a token that was removed meanwhile, and the last
    way in: no other token, no backup phone.
    """
    user, is_soft = token.user, isinstance(token, SoftToken)
    refusal: Refusal | None = None
    with audited_transaction() as trail:
        approvals.lock_person(user)
        if step_up.was_taken_away(authority, user, at=at):
            refusal = AuthorityOver()
        elif ways_in.is_last(token, at=at):
            refusal = LastWayIn()
        elif not factors.take_away(token, reason=reason, detail=detail, at=at):
            refusal = TokenGone()
        done, change = factors.REMOVED[type(token)]
        refused = Event.MOBILE_ID_NOT_REMOVED if is_soft else Event.TOKEN_NOT_REMOVED
        trail.record(
            refused if refusal else done,
            at=at,
            person=user,
            actor=user,
            subject=str(token),
            reason=reason,
            has_detail=bool(detail),
            authority=authority.name,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            notices.note(user, change, subject=str(token), at=at)
            step_up.end_after_change(user_id=user.pk, session_key=authority.session_key, at=at)
    if refusal is not None:
        raise refusal
