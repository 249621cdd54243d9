"""Following a payment: ask the payment service, then store what it says, both in this order.

What is stored counts up with each settlement. An answer that was asked for before another one was
stored may be older than it, so it is thrown away (``Stale``) and asked for anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.models import User
from billing import fulfilment, letters, moves, settlement
from billing.models import Checkout, TokenOrder
from billing.payments.processor import processor
from billing.settlement import PaymentFacts, Standing
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from tokens import binding

Status = moves.Status


class Stale(Exception):
    """Somebody settled the checkout since it was asked about."""


class ClaimLost(Exception):
    """Another worker took over what this one worked on: what this one stored is undone."""


@dataclass(frozen=True, slots=True)
class Answer:
    checkout: Checkout
    settlements: int  # stored before it was asked
    facts: PaymentFacts | None


def ask(checkout: Checkout) -> Answer:
    """Ask what is true of the checkout now. Raise PaymentFailed."""
    seen = Checkout.objects.get(pk=checkout.pk).settlements
    facts = processor().look_up(checkout.session_id) if checkout.session_id else None
    return Answer(checkout, seen, facts)


def find(session_id: str, payment_intent: str) -> Checkout | None:
    """Return the checkout an event is about; None when it is none of ours. Raise PaymentFailed."""
    known = Checkout.objects.select_related("order")
    if session_id:
        found = known.filter(session_id=session_id).first()
        facts = None if found else processor().look_up(session_id)
    else:
        found = known.filter(payment_intent=payment_intent).first() if payment_intent else None
        facts = None if found or not payment_intent else processor().look_up_payment(payment_intent)
    if found is None and facts is not None:
        found = known.filter(idempotency_key=facts.key).first()
        if found is not None:  # we died between its opening and writing down its name
            Checkout.objects.filter(pk=found.pk, session_id=None).update(
                session_id=facts.session_id
            )
            found.refresh_from_db()
    return found


def settle(trail: Trail, answer: Answer, *, at: datetime) -> TokenOrder:
    """Let the order follow the answer, within the caller's transaction. Raise Stale."""
    order = locked(answer.checkout.order_id)
    checkout = Checkout.objects.get(pk=answer.checkout.pk)
    if checkout.settlements != answer.settlements:
        raise Stale
    facts = answer.facts
    # What the service does not know may be known to it again (a wrong key): until nobody can pay.
    is_over = at >= checkout.expires_at if facts is None else facts.is_over or facts.is_paid
    checkout.looked_at = at
    if is_over and checkout.settled_at is None:
        checkout.settled_at = at
    if facts is not None:
        checkout.payment_intent = facts.payment_intent or checkout.payment_intent
        _follow(trail, order, checkout, facts, at=at)
    columns = ["looked_at", "settled_at", "payment_intent", "paid_at"]
    checkout.save(update_fields=columns)
    Checkout.objects.filter(pk=checkout.pk).update(settlements=F("settlements") + 1)
    return order


def keep_claim(is_ours: bool) -> None:
    if not is_ours:
        raise ClaimLost


def locked(order_id: UUID) -> TokenOrder:
    """Return the order, locked, and with it what its person orders and adds: in this order."""
    binding.lock_person(User.objects.get(token_orders=order_id))
    # Its key stays free for those that refer to it. On SQLite the transaction itself is exclusive.
    rows = TokenOrder.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("user", "ordered_by", "reservation__seed_record").get(pk=order_id)


def hold(trail: Trail, order: TokenOrder, why: str, *, at: datetime) -> None:
    """Let support look at it first. Held for the same reason before, it stays as it is."""
    if order.held_for != why:
        order.set(held_for=why, held_at=at)
        _say(trail, Event.ORDER_HELD, order, at=at, outcome=why)


def _follow(
    trail: Trail, order: TokenOrder, checkout: Checkout, facts: PaymentFacts, *, at: datetime
) -> None:
    others = order.checkouts.exclude(pk=checkout.pk).filter(paid_at__isnull=False)
    standing = Standing(
        order=str(order.pk),
        status=Status(order.status),
        before_dispute=Status(order.previous) if order.status == Status.DISPUTED else None,
        price_cents=order.price_cents,
        currency=order.currency,
        was_paid=order.paid_at is not None,
        is_paid_otherwise=others.exists(),
    )
    decision = settlement.decide(standing, facts)
    for move in decision.moves:
        _move(trail, order, checkout, facts, move, at=at)
    if decision.hold:
        hold(trail, order, decision.hold, at=at)


def _move(
    trail: Trail,
    order: TokenOrder,
    checkout: Checkout,
    facts: PaymentFacts,
    move: Status,
    *,
    at: datetime,
) -> None:
    before = Status(order.status)
    if move is Status.PAID and before in moves.UNPAID:
        checkout.paid_at = at
        paid = {"billing_email": facts.billing_email, "paid_with": facts.paid_with}
        is_promised = fulfilment.place(order, at=at, **paid)
        letters.post_receipt(order, at=at)
        _say(trail, Event.ORDER_PAID, order, at=at, cents=order.price_cents)
        if order.needs_step_up:  # paid on a page from before it was to go elsewhere
            hold(trail, order, TokenOrder.Hold.NOT_VERIFIED, at=at)
        elif not is_promised:
            hold(trail, order, TokenOrder.Hold.SPARE_ON_ITS_WAY, at=at)
    elif move is Status.REFUNDED:
        order.move(move, ended_at=at, held_for="", held_at=None)
        fulfilment.let_go(order, at=at)
        if facts.refunded_cents:  # else the bank took it back
            letters.post_refunded(order, at=at)
        _say(trail, Event.ORDER_REFUNDED, order, at=at, cents=facts.refunded_cents)
    elif move is Status.DISPUTED:
        order.move(move, disputed_at=at)
        _say(trail, Event.ORDER_DISPUTED, order, at=at)
    else:
        order.move(move)
        _say(trail, Event.ORDER_DISPUTE_ENDED, order, at=at)


def _say(trail: Trail, event: Event, order: TokenOrder, *, at: datetime, **facts: Any) -> None:
    trail.record(event, at=at, person=order.user, subject=str(order), **facts)
