"""Support hands a packed order to the carrier; the buyer is told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.conf import settings

from billing import moves
from billing.models import TokenOrder
from billing.support_acts import act_on, not_at
from epcs_portal import business_days
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.local_time import day_at
from epcs_portal.refusals import Refusal
from tokens import notices, spares
from tokens.models import Reservation, SecurityNotice

if TYPE_CHECKING:
    from accounts.models import User


def ship_order(
    *, order: TokenOrder, carrier: str, tracking_number: str, agent: User, at: datetime
) -> TokenOrder:
    """Note carrier and tracking number. Refused: an order that is held, or not packed."""

    def act(_trail: Trail, order: TokenOrder) -> Refusal | None:
        refusal = not_at(order, {moves.Status.PACKED})
        if refusal is not None:
            return refusal
        today = day_at(order.user.time_zone, at)
        soonest = business_days.after(today, settings.SPARE_TRAVELS_FOR)
        expected_on = max(soonest, order.expected_on or soonest)
        order.move(
            moves.Status.SHIPPED,
            shipped_at=at,
            carrier=carrier,
            tracking_number=tracking_number,
            expected_on=expected_on,
        )
        reservation = cast(Reservation, order.reservation)  # it is packed, so there is one
        spares.send(reservation, expected_on=expected_on, at=at)
        subject = f"hard token {reservation.serial}"
        notices.note(order.user, SecurityNotice.Change.SPARE_SENT, subject=subject, at=at)
        return None

    return act_on(order, act, agent=agent, at=at, carrier=carrier, done=Event.ORDER_SHIPPED)
