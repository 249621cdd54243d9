"""Verify it's you: the code that was sent to a backup phone opens account management."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import out_of_band, selectors, step_up
from tokens.models import BackupPhone, StepUp
from tokens.out_of_band import Purpose
from tokens.phone_refusals import PhoneGone


def answer_by_phone(
    *,
    phone: BackupPhone,
    channel: str,
    code: str,
    session_key: str,
    cookie: str,
    at: datetime,
) -> None:
    """Open the step-up that ``cookie`` names, in this session. It signs nothing.

    Refused: a wrong, used or expired code (a new one is sent then), any code while phone codes are
    locked, and a phone that was taken away meanwhile.
    """
    user = phone.user
    refusal: Refusal | None
    with audited_transaction() as trail:
        state = out_of_band.lock_person(user)
        if selectors.status_of_phone(phone) != BackupPhone.Status.ACTIVE:
            refusal = PhoneGone()
        else:
            refusal = out_of_band.check(trail, phone, Purpose.STEP_UP, code, state=state, at=at)
        if refusal is None:
            method = StepUp.Method(channel)
            step_up.begin(by=phone, method=method, session_key=session_key, cookie=cookie, at=at)
        trail.record(
            Event.STEP_UP_REFUSED if refusal else Event.STEP_UP_SUCCEEDED,
            at=at,
            person=user,
            actor=user,
            subject=str(phone),
            method=channel,
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal
