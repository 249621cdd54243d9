"""The buyer calls off an order that was not paid; support does it for them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from billing import moves, selectors, settling
from billing.models import TokenOrder
from billing.refusals import NotCancelable, OrderIsChecked
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.delivery.postbox import send_task
from epcs_portal.refusals import Refusal

LOOK_UP = "billing.tasks.look_up"

if TYPE_CHECKING:
    from accounts.models import User


def cancel_order(*, order: TokenOrder, actor: User, at: datetime) -> None:
    """The order ends; a checkout that is open is withdrawn by a worker.

    Refused: what was paid, and what support is checking.
    """
    refusal: Refusal | None = None
    with audited_transaction() as trail:
        order = settling.locked(order.pk)
        if not order.is_unpaid:
            refusal = NotCancelable()
        elif order.held_for:
            refusal = OrderIsChecked(number=order.number)
        else:
            order.move(moves.Status.CANCELED, ended_at=at)
            _withdraw(order)
        trail.record(
            Event.ORDER_NOT_MOVED if refusal else Event.ORDER_CANCELED,
            at=at,
            person=order.user,
            actor=actor,
            subject=str(order),
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal


def _withdraw(order: TokenOrder) -> None:
    """Let a worker close the page on which it could still be paid. The sweep does it otherwise."""
    checkout = selectors.open_checkout_of(order)
    if checkout is not None:
        wake = partial(send_task, LOOK_UP, {"checkout_id": str(checkout.pk)})
        transaction.on_commit(wake, robust=True)
