"""The virtual phone: what reached a person, newest first, and calls to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from epcs_portal.delivery import selectors, spoken
from epcs_portal.delivery.flows.record_progress import record_progress
from epcs_portal.delivery.gateway import Progress
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from epcs_portal.demo.models import VirtualMessage, VirtualNetwork
from epcs_portal.local_time import clock_time, day_and_time
from epcs_portal.phone_numbers import shown
from tokens.models import ApprovalRequest

SHOWN = 12  # messages
FROM = {
    Message.Channel.TEXT: "Messages",
    Message.Channel.CALL: "Call",
    Message.Channel.EMAIL: "Mail",
}
PRESSED = "This is EPCS Portal. Press 1 to hear your code."


def bubbles_of(person: User, *, at: datetime) -> list[dict[str, Any]]:
    """Context of demo/handset.html: what arrived, newest first."""
    arrived = VirtualMessage.objects.filter(person=person).order_by("-arrived_at", "-pk")
    return [_bubble(message, at=at) for message in arrived[:SHOWN]]


def answer(person: User, message_id: UUID, *, at: datetime) -> None:
    """Take the call: press 1, hear what is said, hang up."""
    arrived, message = _ringing(person, message_id), selectors.message_by_id(message_id)
    if arrived is None or message is None:
        return
    said = spoken.words_of(message, at=at)
    arrived.put(" ".join([PRESSED, *said] if message.waits_for_key else said).encode())
    arrived.call = VirtualMessage.Call.ANSWERED
    arrived.save()
    record_progress(message=message, progress=Progress.DELIVERED, problem=None, at=at)


def decline(person: User, message_id: UUID, *, at: datetime) -> None:
    arrived, message = _ringing(person, message_id), selectors.message_by_id(message_id)
    if arrived is None or message is None:
        return
    arrived.put(b"You declined the call.")
    arrived.call = VirtualMessage.Call.DECLINED
    arrived.save()
    problem = Problem.NOT_ANSWERED
    record_progress(message=message, progress=Progress.FAILED, problem=problem, at=at)


def switch(what: str) -> VirtualNetwork:
    """Break the network in one way, or mend it; return how it is now."""
    network = VirtualNetwork.now()
    setattr(network, what, not getattr(network, what))
    network.save()
    return network


def let_request_time_out(person: User, *, at: datetime) -> None:
    """Let the time for answering be over now."""
    state = ApprovalRequest.State.OPEN
    ApprovalRequest.objects.filter(user=person, state=state).update(expires_at=at)


def _ringing(person: User, message_id: UUID) -> VirtualMessage | None:
    calls = VirtualMessage.objects.filter(person=person, message_id=message_id)
    return calls.filter(call=VirtualMessage.Call.RINGING).first()


def _bubble(arrived: VirtualMessage, *, at: datetime) -> dict[str, Any]:
    is_ringing = arrived.call == VirtualMessage.Call.RINGING
    is_mail = arrived.channel == Message.Channel.EMAIL
    source = "Incoming call" if is_ringing else FROM[Message.Channel(arrived.channel)]
    return {
        "id": arrived.message_id,
        "source": f"{source} · {arrived.to if is_mail else shown(arrived.to)}",
        "at": clock_time(arrived.arrived_at),
        "when": day_and_time(arrived.arrived_at, at),
        "subject": arrived.subject,
        "is_ringing": is_ringing,
        # What a call says is heard by who answers it.
        "text": "" if is_ringing else arrived.take().decode(),
    }
