"""A phone approves or denies what it was asked, once."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import answers, approvals, device_nonces, mobile_ids
from tokens.answers import Answer, State
from tokens.approvals import Purpose
from tokens.mobile_refusals import SetupOver
from tokens.models import ApprovalRequest, MobileDevice, MobileIdSetup, SoftSeed
from tokens.push_refusals import NonceStale, PhoneClosed


def answer_request(*, device: MobileDevice, nonce: str, said: Answer, at: datetime) -> None:
    """Store the answer; an approved "Add Mobile ID" makes the phone its owner's token.

    Everything else goes on on the page that asked. Refused: a used nonce, a closed phone, another
    text than was sent, a wrong number, and a request that is over.
    """
    answered: ApprovalRequest | Refusal
    with audited_transaction() as trail:
        state = approvals.lock_person(device.user)
        device.refresh_from_db(fields=["closed_at"])
        if not device_nonces.take(device, nonce, at=at):
            answered = PhoneClosed() if device.closed_at else NonceStale()
        elif device.soft_token_id is None and mobile_ids.is_over(_fresh(device.setup), at=at):
            answered = SetupOver()
        else:
            answered = answers.answer(trail, device, said, state=state, at=at)
        if isinstance(answered, ApprovalRequest) and answered.purpose == Purpose.ENROLL:
            _settle_setup(trail, answered, device.setup, at=at)
    if isinstance(answered, Refusal):
        raise answered


def _fresh(setup: MobileIdSetup) -> MobileIdSetup:
    """As it is now that its person is locked."""
    setup.refresh_from_db(fields=["state"])
    return setup


def _settle_setup(
    trail: Trail, request: ApprovalRequest, setup: MobileIdSetup, *, at: datetime
) -> None:
    if request.state == State.DENIED:
        mobile_ids.end(setup, MobileIdSetup.State.DENIED, at=at)
        return
    # No code was spent, so the first one the phone shows is good.
    mobile_ids.prove(setup, SoftSeed.Path.PHONE, next_factor=0, at=at)
    mobile_ids.tell(setup, at=at)
    trail.record(
        Event.MOBILE_ID_ADDED,
        at=at,
        person=request.user,
        actor=request.user,
        subject=str(setup),
        authority=setup.authority,
        phone_bound=setup.is_phone_bound,
    )
