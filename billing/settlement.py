"""What follows from what the payment service says of a checkout. Pure: nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from billing.moves import PAID_FOR, UNPAID, Status


class Dispute(StrEnum):
    NONE = ""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """One checkout, as the payment service has it at the moment it was asked.

    ``order`` and ``key`` are what we gave it to keep. Amounts are in cents.
    """

    session_id: str
    key: str
    order: str
    amount_cents: int
    currency: str
    is_paid: bool = False
    is_over: bool = False  # it was not paid, and cannot be any more
    payment_intent: str = ""
    billing_email: str = field(default="", repr=False)
    paid_with: str = ""
    refunded_cents: int = 0
    dispute: Dispute = Dispute.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The order, as far as payments go. ``is_paid_otherwise``: by another of its checkouts."""

    order: str
    status: Status
    before_dispute: Status | None
    price_cents: int
    currency: str
    was_paid: bool = False
    is_paid_otherwise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The moves in order, and why support has to look at it: a hold, or ""."""

    moves: tuple[Status, ...] = ()
    hold: str = ""


def decide(order: Standing, facts: PaymentFacts) -> Decision:
    """Return how the order follows its payment. Asked twice, the second time nothing follows."""
    if not facts.is_paid:
        return Decision()
    is_refunded = facts.refunded_cents >= facts.amount_cents
    wrong = _what_is_wrong(order, facts)
    if wrong and is_refunded and order.status in UNPAID - {Status.DRAFT}:
        return Decision(moves=(Status.REFUNDED,))
    if wrong:
        return Decision(hold="" if is_refunded else wrong)
    if order.status is Status.CANCELED:
        return _of_canceled(order, is_refunded=is_refunded)
    is_gone = is_refunded or facts.dispute is Dispute.LOST
    if order.status is Status.REFUNDED:
        return Decision() if is_gone else _held("refund-failed")
    moves = [Status.PAID] if order.status in UNPAID else []
    stands_at = moves[-1] if moves else order.status
    if is_gone:
        return Decision(moves=(*moves, Status.REFUNDED))
    if facts.dispute is Dispute.OPEN and stands_at in PAID_FOR:
        moves.append(Status.DISPUTED)
    elif facts.dispute is not Dispute.OPEN and stands_at is Status.DISPUTED:
        moves.append(order.before_dispute or Status.PAID)
    hold = "refunded-in-part" if facts.refunded_cents else ""
    return Decision(moves=tuple(moves), hold=hold)


def _of_canceled(order: Standing, *, is_refunded: bool) -> Decision:
    if is_refunded:
        return Decision(moves=(Status.REFUNDED,))
    return Decision() if order.was_paid else _held("paid-after-cancel")


def _held(hold: str) -> Decision:
    return Decision(hold=hold)


def _what_is_wrong(order: Standing, facts: PaymentFacts) -> str:
    if facts.order != order.order:
        return "other-order"
    if facts.currency != order.currency:
        return "other-currency"
    if facts.amount_cents != order.price_cents:
        return "other-amount"
    return "paid-twice" if order.is_paid_otherwise else ""
