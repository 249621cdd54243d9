"""What an agent's acts on an order have in common: one transaction, and a line on the trail."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from billing import settling
from billing.models import TokenOrder
from billing.refusals import OrderHeld, OrderMovedOn, OwnOrder
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal

if TYPE_CHECKING:
    from accounts.models import User

Act = Callable[[Trail, TokenOrder], Refusal | None]


def act_on(
    order: TokenOrder,
    act: Act,
    *,
    agent: User,
    done: Event,
    at: datetime,
    **facts: str,
) -> TokenOrder:
    """Lock the order and let ``act`` change it, or say why not. Refused: an agent's own order."""
    with audited_transaction() as trail:
        order = settling.locked(order.pk)
        refusal = OwnOrder() if agent.pk == order.user_id else act(trail, order)
        trail.record(
            Event.ORDER_NOT_MOVED if refusal else done,
            at=at,
            person=order.user,
            actor=agent,
            subject=str(order),
            outcome=refusal.code if refusal else None,
            **facts,
        )
    if refusal is not None:
        raise refusal
    return order


def not_at(order: TokenOrder, statuses: Collection[str]) -> Refusal | None:
    """Refuse what was moved on since the page was shown, and what is held."""
    if order.held_for:
        return OrderHeld(why=order.get_held_for_display())
    if order.status not in statuses:
        return OrderMovedOn(status=order.get_status_display().lower())
    return None
