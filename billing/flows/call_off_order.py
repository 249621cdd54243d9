"""Support calls an order off: what was paid is sent back, what cost nothing is canceled."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from billing import fulfilment, moves
from billing.models import Checkout, Refund, TokenOrder
from billing.refusals import NothingToRefund, OrderMovedOn
from billing.support_acts import act_on
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.delivery.postbox import send_task
from epcs_portal.refusals import Refusal

if TYPE_CHECKING:
    from accounts.models import User

SEND = "billing.tasks.send_refund"


def call_off_order(*, order: TokenOrder, reason: str, agent: User, at: datetime) -> TokenOrder:
    """End the order: at once, or as soon as the payment service sent the money back.

    Refused: what has no payment to send back, what is over, and what cost nothing and has left.
    """

    def cancel(_trail: Trail, order: TokenOrder) -> Refusal | None:
        if order.status not in moves.AT_OUR_DESK:
            return OrderMovedOn(status=order.get_status_display().lower())
        order.move(moves.Status.CANCELED, ended_at=at)
        fulfilment.let_go(order, at=at)
        return None

    def refund(_trail: Trail, order: TokenOrder) -> Refusal | None:
        checkout = _paid(order)
        alive = Refund.objects.exclude(state=Refund.State.DEAD)
        is_asked = checkout is not None and alive.filter(checkout=checkout).exists()
        if checkout is None or is_asked or order.status == moves.Status.REFUNDED:
            return NothingToRefund()
        row = Refund.objects.create(
            checkout=checkout, asked_by=agent, asked_at=at, reason=reason, due_at=at
        )
        wake = partial(send_task, SEND, {"refund_id": str(row.pk)})
        transaction.on_commit(wake, robust=True)
        return None

    is_free = order.is_free
    act, done = (cancel, Event.ORDER_CANCELED) if is_free else (refund, Event.ORDER_REFUND_ASKED)
    return act_on(order, act, agent=agent, at=at, reason=reason, done=done)


def _paid(order: TokenOrder) -> Checkout | None:
    """Return the payment to send back: the second one of what was paid twice, else the only one."""
    paid = order.checkouts.exclude(payment_intent="").order_by("-attempt")
    counted, others = paid.filter(paid_at__isnull=False).first(), paid.filter(paid_at=None).first()
    return others if order.held_for == TokenOrder.Hold.PAID_TWICE else counted or others
