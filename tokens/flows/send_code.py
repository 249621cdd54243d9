"""Send a code to a phone: for the step-up, or once more to a phone that waits for its first."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import out_of_band, selectors
from tokens.models import BackupPhone
from tokens.out_of_band import Purpose
from tokens.phone_refusals import CodeTooSoon, PhoneConfirmed, PhoneGone

NEEDED = {
    Purpose.CONFIRM_PHONE: BackupPhone.Status.PENDING,
    Purpose.STEP_UP: BackupPhone.Status.ACTIVE,
}


def send_code(
    *, phone: BackupPhone, purpose: Purpose, channel: str, is_resend: bool, at: datetime
) -> None:
    """Send a new code, which voids the one before.

    ``is_resend``: the person asked for another. Else one that was sent the same way a moment ago
    is good enough. Refused: a phone that is not there any more, and too many codes.
    """
    refusal: Refusal | None
    with audited_transaction() as trail:
        state = out_of_band.lock_person(phone.user)
        status = selectors.status_of_phone(phone)
        if status != NEEDED[purpose]:
            is_done = status == BackupPhone.Status.ACTIVE
            refusal = PhoneConfirmed() if is_done else PhoneGone()
            out_of_band.record_send(trail, phone, purpose, channel, refusal, at=at)
        else:
            refusal = out_of_band.send(trail, phone, purpose, channel, state=state, at=at)
        if isinstance(refusal, CodeTooSoon) and not is_resend:
            is_there = out_of_band.open_codes(phone, purpose).filter(channel=channel).exists()
            refusal = None if is_there else refusal
    if refusal is not None:
        raise refusal
