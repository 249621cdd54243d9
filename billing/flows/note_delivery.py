"""Support notes that the carrier delivered an order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing import moves
from billing.models import TokenOrder
from billing.support_acts import act_on, not_at
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal

if TYPE_CHECKING:
    from accounts.models import User


def note_delivery(*, order: TokenOrder, agent: User, at: datetime) -> TokenOrder:
    """Refused: an order that is held, or not under way."""

    def act(_trail: Trail, order: TokenOrder) -> Refusal | None:
        refusal = not_at(order, {moves.Status.SHIPPED})
        if refusal is None:
            order.move(moves.Status.DELIVERED, delivered_at=at)
        return refusal

    return act_on(order, act, agent=agent, at=at, done=Event.ORDER_DELIVERED)
