"""Support sends a prescriber a spare hard token from stock, at no cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import binding, notices, stock
from tokens.models import Reservation, SecurityNotice
from tokens.refusals import OwnAccount

if TYPE_CHECKING:
    from accounts.models import User


class SpareForNobody(Refusal):
    code = "spare-for-nobody"
    text = "A spare is sent to prescribers who have completed EPCS registration."


class SpareOnItsWay(Refusal):
    code = "spare-on-its-way"
    text = "A spare is on its way to this prescriber. Take that one back first."


class SerialNotFree(Refusal):
    code = "serial-not-free"
    field = "serial"
    text = "This token is not free in stock: {why}."


def reserve_token(
    *,
    user: User,
    serial: str,
    expected_on: date,
    reason: str,
    agent: User,
    at: datetime,
) -> Reservation:
    """Return the reservation: until it ends nobody else can bind the token.

    Refused: an agent who sends one to themselves, who is no registered prescriber, a second spare,
    and a serial that is not free.
    """
    with audited_transaction() as trail:
        outcome = _reserve(user, serial, expected_on, agent, at)
        refusal = outcome if isinstance(outcome, Refusal) else None
        trail.record(
            Event.TOKEN_NOT_RESERVED if refusal else Event.TOKEN_RESERVED,
            at=at,
            person=user,
            actor=agent,
            subject="hard token" if refusal else f"hard token {serial}",
            reason=reason,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            change = SecurityNotice.Change.SPARE_SENT
            notices.note(user, change, subject=f"hard token {serial}", at=at)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _reserve(
    user: User, serial: str, expected_on: date, agent: User, at: datetime
) -> Reservation | Refusal:
    if user.pk == agent.pk:
        return OwnAccount()
    if not (user.is_prescriber and user.prescriber.is_registered):
        return SpareForNobody()
    binding.lock_person(user)
    if Reservation.objects.filter(user=user, ended_at=None).exists():
        return SpareOnItsWay()
    record, trouble = stock.seed_record_and_trouble(serial, for_user=user, at=at)
    if record is None or trouble:
        return SerialNotFree(why=trouble)
    reservation: Reservation = Reservation.objects.create(
        seed_record=record,
        user=user,
        reserved_by=agent,
        reserved_at=at,
        expected_on=expected_on,
    )
    return reservation
