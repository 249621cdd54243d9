"""Support looked into why an order was held, and lets it go on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing.models import TokenOrder
from billing.refusals import OrderMovedOn
from billing.support_acts import act_on
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal

if TYPE_CHECKING:
    from accounts.models import User


def end_hold(*, order: TokenOrder, reason: str, agent: User, at: datetime) -> TokenOrder:
    """The order stands where it stood: nothing is paid or packed by this. Refused: none held."""

    def act(_trail: Trail, order: TokenOrder) -> Refusal | None:
        if not order.held_for:
            return OrderMovedOn(status="not held")
        order.set(held_for="", held_at=None)
        return None

    return act_on(order, act, agent=agent, at=at, reason=reason, done=Event.ORDER_HOLD_ENDED)
