"""The code that was sent to a new backup phone was read there: it is the person's."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices, out_of_band, phones, selectors, step_up
from tokens.models import BackupPhone, SecurityNotice
from tokens.out_of_band import Purpose
from tokens.phone_refusals import PhoneGone
from tokens.refusals import AuthorityOver
from tokens.step_up import Authority

GONE = {BackupPhone.Status.REPORTED, BackupPhone.Status.REMOVED}


def confirm_backup_phone(
    *, phone: BackupPhone, code: str, authority: Authority, at: datetime
) -> None:
    """Make the phone one that verifies its owner's identity; it never signs.

    Refused: a wrong, used or expired code (a new one is sent then), any code while phone codes are
    locked, a phone that was confirmed, reported or taken away meanwhile, and an authority that
    ended meanwhile.
    """
    user = phone.user
    refusal: Refusal | None
    with audited_transaction() as trail:
        state = out_of_band.lock_person(user)
        if step_up.was_taken_away(authority, user, at=at):
            refusal = AuthorityOver()
        elif selectors.status_of_phone(phone) in GONE:  # to which not even a new code is sent
            refusal = PhoneGone()
        else:
            purpose = Purpose.CONFIRM_PHONE
            refusal = out_of_band.check(trail, phone, purpose, code, state=state, at=at)
        trail.record(
            Event.CODE_REFUSED if refusal else Event.PHONE_ADDED,
            at=at,
            person=user,
            actor=user,
            subject=str(phone),
            authority=authority.name,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            phones.confirm(phone, at=at)  # who takes it away waits for the row we have locked
            notices.note(user, SecurityNotice.Change.PHONE_ADDED, subject=str(phone), at=at)
            step_up.end_after_change(user_id=user.pk, session_key=authority.session_key, at=at)
    if refusal is not None:
        raise refusal
