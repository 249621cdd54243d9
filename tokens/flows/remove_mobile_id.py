"""Take Mobile ID away, for a reason."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import approvals, mobile_ids, notices, selectors, step_up
from tokens.mobile_refusals import LastWayIn, MobileIdGone
from tokens.models import SecurityNotice, SoftToken
from tokens.step_up import Authority


def remove_mobile_id(
    *, token: SoftToken, reason: str, detail: str, authority: Authority, at: datetime
) -> None:
    """End the Mobile ID: its codes, its phone, and what it had proven, here as elsewhere.

    Refused: one that was removed meanwhile, and the last way in: no other token, no backup phone.
    """
    user = token.user
    refusal: Refusal | None = None
    with audited_transaction() as trail:
        approvals.lock_person(user)
        if not selectors.hard_token_of(user) and not selectors.active_phones_of(user):
            refusal = LastWayIn()
        elif not mobile_ids.take_away(token, reason=reason, detail=detail, at=at):
            refusal = MobileIdGone()
        trail.record(
            Event.MOBILE_ID_NOT_REMOVED if refusal else Event.MOBILE_ID_REMOVED,
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
            change = SecurityNotice.Change.MOBILE_ID_REMOVED
            notices.note(user, change, subject=str(token), at=at)
            step_up.end_after_change(user_id=user.pk, session_key=authority.session_key, at=at)
    if refusal is not None:
        raise refusal
