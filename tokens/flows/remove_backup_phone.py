"""Take a backup phone away, for a reason."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import notices, out_of_band, phones, step_up
from tokens.models import BackupPhone, SecurityNotice
from tokens.phone_refusals import PhoneGone
from tokens.step_up import Authority


def remove_backup_phone(
    *, phone: BackupPhone, reason: str, detail: str, authority: Authority, at: datetime
) -> None:
    """End the phone and every code sent to it. The removed number is told as well.

    What the phone had proven ends with it, also in the session that removes it. Refused: a phone
    that was removed meanwhile.
    """
    user, was_active = phone.user, phone.is_active
    with audited_transaction() as trail:
        out_of_band.lock_person(user)
        is_removed = phones.take_away(phone, reason=reason, detail=detail, at=at)
        if is_removed:
            out_of_band.void_codes(phone, at=at)
            event = Event.PHONE_REMOVED if was_active else Event.PHONE_DISCARDED
            trail.record(
                event,
                at=at,
                person=user,
                actor=user,
                subject=str(phone),
                reason=reason,
                has_detail=bool(detail),
                authority=authority.name,
            )
        if is_removed and was_active:
            notices.note(user, SecurityNotice.Change.PHONE_REMOVED, subject=str(phone), at=at)
            session_key = authority.session_key
            step_up.end_after_change(user_id=user.pk, session_key=session_key, changed=phone, at=at)
    if not is_removed:
        raise PhoneGone
