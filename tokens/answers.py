"""What a phone answers, once: inside the caller's transaction, which has locked the person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.crypto import constant_time_compare

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal
from tokens import approvals, notices
from tokens.models import ApprovalRequest, MobileDevice, PushState, SecurityNotice
from tokens.push_refusals import RequestAltered, RequestOver, WrongNumber

State, Reason = ApprovalRequest.State, ApprovalRequest.Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a phone signed. ``number``: the two digits that were typed, or ""."""

    request: UUID
    digest: str
    is_approval: bool
    reason: str = ""
    number: str = field(default="", repr=False)


def answer(
    trail: Trail, device: MobileDevice, said: Answer, *, state: PushState, at: datetime
) -> ApprovalRequest | Refusal:
    """Store what the phone said, once and for all; or return why it does not count.

    Refused: a request of another phone, another text than was sent, one that is over, and a wrong
    number, which closes the request: there is one try (SP 800-63B section 3.1.3).
    """
    own = ApprovalRequest.objects.filter(pk=said.request, device=device)
    request = own.select_related("setup", "user").first()
    if request is None or not constant_time_compare(request.digest, said.digest):
        return _refused(trail, device, RequestAltered(), at=at)
    if not request.is_open(at):
        return _refused(trail, device, RequestOver(how=_how_over(request)), at=at)
    is_right = not request.is_typed or constant_time_compare(request.number, said.number)
    if said.is_approval and not is_right:
        _settle(request, State.WRONG_NUMBER, at=at)
        return _refused(trail, device, WrongNumber(), at=at)
    request.reason = "" if said.is_approval else said.reason
    if said.is_approval and not request.is_typed:
        request.spent_at = at  # no page goes on with it: it makes the phone a token now
    _settle(request, State.APPROVED if said.is_approval else State.DENIED, at=at)
    user, event = device.user, Event.APPROVAL_GIVEN if said.is_approval else Event.APPROVAL_DENIED
    facts = {"digest": request.digest, "reason": request.reason or None}
    trail.record(event, at=at, person=user, actor=user, subject=request.title, **facts)
    if request.reason == Reason.NOT_ME:
        if request.is_typed:  # else a phone speaks that was never proven to be theirs
            PushState.objects.filter(pk=state.pk).update(frozen_at=at)
            approvals.close_unspent(user)
        notices.note(user, SecurityNotice.Change.PUSH_DISOWNED, subject=request.title, at=at)
    return request


def _settle(request: ApprovalRequest, state: ApprovalRequest.State, *, at: datetime) -> None:
    request.state, request.answered_at = state, at
    request.save(update_fields=["state", "reason", "answered_at", "spent_at"])


def _how_over(request: ApprovalRequest) -> str:
    if request.state == State.OPEN:
        return "expired"
    return "superseded" if request.state == State.SUPERSEDED else "answered"


def _refused(trail: Trail, device: MobileDevice, refusal: Refusal, *, at: datetime) -> Refusal:
    user, event, code = device.user, Event.APPROVAL_REFUSED, refusal.code
    subject = str(device.setup)
    trail.record(event, at=at, person=user, actor=user, subject=subject, outcome=code)
    return refusal
