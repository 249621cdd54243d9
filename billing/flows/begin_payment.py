"""Pay Now: open a checkout with the payment service, or, at no cost, place the order.

Transactions with the service between them: what will be asked is written down before it is asked,
so who dies in between asks the same again, and the service answers the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing import checkouts, fulfilment, letters, moves, selectors, settling
from billing.models import Checkout, TokenOrder
from billing.payments.processor import OpenedCheckout, PaymentFailed, processor
from billing.refusals import (
    AddressNotVerified,
    OrderIsChecked,
    OrderNotPayable,
    PaymentUnavailable,
    SpareOnItsWay,
)
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.refusals import Refusal
from tokens import notices, spares
from tokens.models import SecurityNotice
from tokens.step_up import Authority

if TYPE_CHECKING:
    from accounts.models import User

ATTEMPTS = 3  # a checkout for another address is withdrawn first, and perhaps one that was lost


def begin_payment(
    *, order: TokenOrder, actor: User, authority: Authority | None, at: datetime
) -> None:
    """Afterwards the order has a checkout that can be paid, or is placed.

    Refused: an order that cannot be paid any more or is checked by support, an address elsewhere
    without a step-up (rules C-23), and while the payment service is away: the order is kept.
    """
    for _attempt in range(ATTEMPTS):
        checkout = _write_down(order, actor, authority, at=at)
        if checkout is None:
            return
        if checkout.can_be_paid(at) and not checkouts.is_stale(checkout, checkout.order, at=at):
            return
        try:
            is_ready = _bring_about(checkout, at=at)
        except PaymentFailed as failure:
            if checkouts.is_lost(failure.problem):
                Checkout.objects.filter(pk=checkout.pk, session_id=None).update(settled_at=at)
            if _was_opened_meanwhile(checkout, at=at):
                return
            raise PaymentUnavailable from None
        except settling.Stale:
            continue
        if is_ready:
            return
    raise PaymentUnavailable


def _write_down(
    order: TokenOrder, actor: User, authority: Authority | None, *, at: datetime
) -> Checkout | None:
    """Return the checkout to open; None when the order was at no cost, and is placed now."""
    checkout = None
    with audited_transaction() as trail:
        order = settling.locked(order.pk)
        refusal = _reason_not_to(order, authority)
        if refusal is not None:
            trail.record(
                Event.ORDER_REFUSED,
                at=at,
                person=order.user,
                actor=actor,
                subject=str(order),
                outcome=refusal.code,
            )
        else:
            _verify_address(order, at=at)
            checkout = _prepare(trail, order, actor, at=at)
    if refusal is not None:
        raise refusal
    return checkout


def _reason_not_to(order: TokenOrder, authority: Authority | None) -> Refusal | None:
    if order.held_for:
        return OrderIsChecked(number=order.number)
    if not order.is_unpaid:
        return OrderNotPayable()
    if spares.is_promised(order.user):
        return SpareOnItsWay()
    return AddressNotVerified() if order.needs_step_up and authority is None else None


def _verify_address(order: TokenOrder, *, at: datetime) -> None:
    """Everybody the buyer is told by hears where it goes, before it goes there."""
    if order.needs_step_up:
        order.set(verified_at=at)
        subject = f"order {order.number}, to {order.city}, {order.state}"
        notices.note(order.user, SecurityNotice.Change.SPARE_ELSEWHERE, subject=subject, at=at)


def _prepare(trail: Trail, order: TokenOrder, actor: User, *, at: datetime) -> Checkout | None:
    subject = str(order)
    if order.is_free:
        fulfilment.place(order, at=at, billing_email=order.ordered_by.email)
        letters.post_receipt(order, at=at)
        trail.record(
            Event.ORDER_PAID, at=at, person=order.user, actor=actor, subject=subject, cents=0
        )
        return None
    checkout = selectors.open_checkout_of(order)
    if checkout is None:
        checkout = checkouts.open_row(order, at=at)
        trail.record(
            Event.ORDER_PAYMENT_BEGUN,
            at=at,
            person=order.user,
            actor=actor,
            subject=subject,
            attempt=checkout.attempt,
        )
    return checkout


def _bring_about(checkout: Checkout, *, at: datetime) -> bool:
    """Open the checkout, or withdraw one of before. Return whether the order can be paid now."""
    if checkout.session_id is None:
        _keep(checkout, processor().open(checkouts.request_of(checkout)))
        return not checkouts.is_stale(checkout, checkout.order, at=at)
    processor().withdraw(checkout.session_id)
    answer = settling.ask(checkout)
    with audited_transaction() as trail:
        order = settling.settle(trail, answer, at=at)
    return not order.is_unpaid


def _keep(checkout: Checkout, opened: OpenedCheckout) -> None:
    with audited_transaction():
        order = settling.locked(checkout.order_id)
        rows = Checkout.objects.filter(pk=checkout.pk, session_id=None)
        rows.update(session_id=opened.session_id, url=opened.url)
        if order.status == moves.Status.DRAFT:
            order.move(moves.Status.AWAITING)
    checkout.refresh_from_db()


def _was_opened_meanwhile(checkout: Checkout, *, at: datetime) -> bool:
    """Whether another click, which asked the same, had its answer."""
    checkout.refresh_from_db()
    return checkout.can_be_paid(at) and not checkouts.is_stale(checkout, checkout.order, at=at)
