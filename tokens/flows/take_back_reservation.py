"""Support takes back a spare that was on its way: it is free in stock again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens.models import Reservation

if TYPE_CHECKING:
    from accounts.models import User


class NoSpareOnItsWay(Refusal):
    code = "no-spare-on-its-way"
    text = "No spare is on its way to this prescriber: it was activated, or taken back before."


def take_back_reservation(*, user: User, agent: User, reason: str, at: datetime) -> None:
    """End the person's reservation. Refused: there is none any more."""
    with audited_transaction() as trail:
        rows = Reservation.objects.filter(user=user, ended_at=None)
        reservation = rows.select_related("seed_record").first()
        is_ended = reservation is not None and bool(
            rows.filter(pk=reservation.pk).update(ended_at=at)
        )
        if reservation is not None and is_ended:
            trail.record(
                Event.TOKEN_RESERVATION_ENDED,
                at=at,
                person=user,
                actor=agent,
                subject=f"hard token {reservation.seed_record.serial}",
                reason=reason,
            )
    if not is_ended:
        raise NoSpareOnItsWay
