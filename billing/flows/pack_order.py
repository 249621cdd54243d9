"""Support takes a token from stock for an order. From then on it is reserved for the buyer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing import moves
from billing.models import TokenOrder
from billing.refusals import OrderHeld, OrderMovedOn, SerialNotFree
from billing.support_acts import act_on, not_at
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal
from tokens import spares

if TYPE_CHECKING:
    from accounts.models import User


def pack_order(*, order: TokenOrder, serial: str, agent: User, at: datetime) -> TokenOrder:
    """Reserve the token with this serial. One that was packed before is free in stock again.

    Refused: an order that is held, or not to be packed any more, and a serial that is not free.
    """

    def act(_trail: Trail, order: TokenOrder) -> Refusal | None:
        refusal = not_at(order, moves.AT_OUR_DESK)
        if refusal is not None:
            return refusal
        if order.needs_step_up:  # whatever a hold was ended for (rules C-23)
            return OrderHeld(why=TokenOrder.Hold.NOT_VERIFIED.label)
        if order.reservation is None:
            return OrderMovedOn(status="without a spare that was promised")
        if order.reservation.serial == serial and order.status == moves.Status.PACKED:
            return None
        trouble = spares.take_from_stock(order.reservation, serial, agent=agent, at=at)
        if trouble:
            return SerialNotFree(why=trouble)
        if order.status == moves.Status.PAID:
            order.move(moves.Status.PACKED, packed_at=at)
        return None

    return act_on(order, act, agent=agent, at=at, serial=serial, done=Event.ORDER_PACKED)
