"""Take a backup phone away, for a reason."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import approvals, factors, notices, step_up, ways_in
from tokens.models import BackupPhone, SecurityNotice
from tokens.phone_refusals import PhoneGone
from tokens.refusals import AuthorityOver
from tokens.removal_refusals import LastPhoneWayIn
from tokens.step_up import Authority


def remove_backup_phone(
    *, phone: BackupPhone, reason: str, detail: str, authority: Authority, at: datetime
) -> None:
    """End the phone and every code sent to it. The removed number is told as well.

    What the phone had proven ends with it, also in the session that removes it. Refused: an
    authority that ended meanwhile, a phone that was removed meanwhile, and the last way in: no
    token, no other phone.
    """
    user, was_active = phone.user, phone.is_active
    refusal: Refusal | None = None
    with audited_transaction() as trail:
        approvals.lock_person(user)
        if step_up.was_taken_away(authority, user, at=at):
            refusal = AuthorityOver()
        elif was_active and ways_in.is_last(phone, at=at):
            refusal = LastPhoneWayIn()
        elif not factors.take_away(phone, reason=reason, detail=detail, at=at):
            refusal = PhoneGone()
        done = Event.PHONE_DISCARDED if phone.is_pending else Event.PHONE_REMOVED
        trail.record(
            Event.PHONE_NOT_REMOVED if refusal else done,
            at=at,
            person=user,
            actor=user,
            subject=str(phone),
            reason=reason,
            has_detail=bool(detail),
            authority=authority.name,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None and not phone.is_pending:
            notices.note(user, SecurityNotice.Change.PHONE_REMOVED, subject=str(phone), at=at)
            step_up.end_after_change(user_id=user.pk, session_key=authority.session_key, at=at)
    if refusal is not None:
        raise refusal
