"""Send a new request to the phone that is being added, and a new link if it was not paired yet."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import approvals, mobile_ids, pairing_link
from tokens.approvals import Purpose, Question
from tokens.mobile_refusals import SetupOver
from tokens.models import MobileDevice, MobileIdSetup, PushState


def ask_again_for_mobile_id(*, setup: MobileIdSetup, session_key: str, at: datetime) -> None:
    """Supersede the request before. Refused: too many, and a setup that is over."""
    user = setup.user
    with audited_transaction() as trail:
        state = approvals.lock_person(user)
        setup.refresh_from_db(fields=["state", "paired_at"])
        device = MobileDevice.objects.filter(setup=setup, closed_at=None).first()
        question = Question(purpose=Purpose.ENROLL, session_key=session_key)
        refusal = _refused(setup, state, device, at=at)
        if refusal is not None:
            approvals.record_not_asked(trail, user, question.subject, refusal, at=at)
        else:
            approvals.ask(trail, user, question, device=device, setup=setup, at=at)
            if device is None:
                pairing_link.post_link(setup, mobile_ids.new_link(setup, at=at), at=at)
    if refusal is not None:
        raise refusal


def _refused(
    setup: MobileIdSetup, state: PushState, device: MobileDevice | None, *, at: datetime
) -> Refusal | None:
    if mobile_ids.is_over(setup, at=at):
        return SetupOver()
    if refusal := approvals.too_often(state, Purpose.ENROLL, at=at):
        return refusal
    if device is not None:
        return None
    return pairing_link.refused(setup.user_id, setup.number, at=at)
