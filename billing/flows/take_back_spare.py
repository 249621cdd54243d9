"""A spare that was sent came back to support: it is free in stock again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing import moves
from billing.models import TokenOrder
from billing.refusals import OrderMovedOn
from billing.support_acts import act_on
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal
from tokens import spares

if TYPE_CHECKING:
    from accounts.models import User


def take_back_spare(*, order: TokenOrder, reason: str, agent: User, at: datetime) -> TokenOrder:
    """End the reservation, and the order where it did not end before. What was paid stays paid:
    calling the order off sends it back. Refused: a token that was added, or never sent."""

    def act(_trail: Trail, order: TokenOrder) -> Refusal | None:
        reservation = order.reservation
        if reservation is None or reservation.ended_at or reservation.sent_at is None:
            return OrderMovedOn(status=order.get_status_display().lower())
        spares.end(reservation, at=at)
        if order.status in moves.UNDER_WAY:
            order.move(moves.Status.CANCELED, ended_at=at)
        return None

    return act_on(order, act, agent=agent, at=at, reason=reason, done=Event.ORDER_TAKEN_BACK)
