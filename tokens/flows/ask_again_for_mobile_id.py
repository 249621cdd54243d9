"""Send a new request to the phone that is being added, and a new link if it was not paired yet."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import approvals, mobile_ids, pairing_link
from tokens.approvals import Purpose, Question
from tokens.mobile_refusals import SetupOver
from tokens.models import MobileDevice, MobileIdSetup


def ask_again_for_mobile_id(*, setup: MobileIdSetup, session_key: str, at: datetime) -> None:
    """Supersede the request before. Refused: too many, and a setup that is over."""
    with audited_transaction() as trail:
        refusal = _ask(trail, setup, session_key, at=at)
    if refusal is not None:
        raise refusal


def _ask(trail: Trail, setup: MobileIdSetup, session_key: str, *, at: datetime) -> Refusal | None:
    state = approvals.lock_person(setup.user)
    setup.refresh_from_db(fields=["state", "paired_at"])
    if not setup.is_open(at):
        return SetupOver()
    if refusal := approvals.too_often(state, Purpose.ENROLL, at=at):
        return refusal
    device = MobileDevice.objects.filter(setup=setup, closed_at=None).first()
    if device is None:
        if refusal := pairing_link.refused(setup.user_id, setup.number, at=at):
            return refusal
        pairing_link.post_link(setup, mobile_ids.new_link(setup, at=at), at=at)
    question = Question(purpose=Purpose.ENROLL, session_key=session_key)
    asked = approvals.ask(
        trail, setup.user, question, device=device, setup=setup, state=state, at=at
    )
    return asked if isinstance(asked, Refusal) else None
