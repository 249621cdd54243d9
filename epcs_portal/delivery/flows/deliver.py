"""Hand one message over to the gateway of its channel."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.delivery.failures import record_failure
from epcs_portal.delivery.gateway import DeliveryFailed, gateway_of
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from epcs_portal.sealing import SealBroken


def deliver(*, message: Message, at: datetime) -> None:
    """Send the message, unless somebody does already, or it is too late.

    Two transactions with the gateway between them: one claims the row, one records what came of
    it. Whoever dies in between leaves a claim that runs out, and the message is sent again.
    """
    if not message.claim(at):
        return
    try:
        problem, is_permanent = _hand_over(message, at), True
    except DeliveryFailed as failure:
        problem, is_permanent = failure.problem, failure.is_permanent
    if problem is None:
        return
    if not is_permanent and not message.is_last_attempt:
        message.retry(problem, at)
        return
    with audited_transaction() as trail:
        _bury(trail, message, problem, at=at)


def _hand_over(message: Message, at: datetime) -> Problem | None:
    if message.expires_at <= at:
        return Problem.EXPIRED
    try:
        outgoing = message.outgoing(at)
    except SealBroken:
        return Problem.UNREADABLE
    receipt = gateway_of(message.channel).send(outgoing)
    columns = {"sent_at": at, "vendor_id": receipt.vendor_id}
    if message.channel == Message.Channel.CALL:  # its words are said later
        message.finish(**columns)
    else:
        message.erase()
        message.finish(**columns, sealed=message.sealed, sealed_with=message.sealed_with)
    return None


def _bury(trail: Trail, message: Message, problem: Problem, *, at: datetime) -> None:
    """Give up, erase the words, and say so on the trail, if the claim is still ours."""
    message.erase()
    if message.bury(problem, sealed=message.sealed, sealed_with=message.sealed_with):
        record_failure(trail, message, problem, at=at)
