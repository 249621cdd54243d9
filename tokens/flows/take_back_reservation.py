"""Support takes back a spare that was on its way: it is free in stock again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens.models import Reservation
from tokens.refusals import OwnAccount

if TYPE_CHECKING:
    from accounts.models import User


class NoSpareOnItsWay(Refusal):
    code = "no-spare-on-its-way"
    text = "No spare is on its way to this prescriber: it was activated, or taken back before."


def take_back_reservation(*, user: User, agent: User, reason: str, at: datetime) -> None:
    """End the person's reservation. Refused: an agent's own, and where there is none any more."""
    with audited_transaction() as trail:
        outcome = OwnAccount() if user.pk == agent.pk else _end(user, at=at)
        refusal = outcome if isinstance(outcome, Refusal) else None
        ended, kept = Event.TOKEN_RESERVATION_ENDED, Event.TOKEN_RESERVATION_NOT_ENDED
        trail.record(
            kept if refusal else ended,
            at=at,
            person=user,
            actor=agent,
            subject="hard token" if refusal else f"hard token {outcome}",
            reason=reason,
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal


def _end(user: User, *, at: datetime) -> str | Refusal:
    """Return the serial of the token that is free again. Of two agents one ends it."""
    rows = Reservation.objects.filter(user=user, ended_at=None)
    reservation = rows.select_related("seed_record").first()
    if reservation is None or not rows.filter(pk=reservation.pk).update(ended_at=at):
        return NoSpareOnItsWay()
    return reservation.seed_record.serial
