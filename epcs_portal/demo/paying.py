"""What the demo's payment service does with a card. The card's number does not come this far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from epcs_portal.demo import payment_events as events
from epcs_portal.demo.models import VirtualCheckout, VirtualNetwork
from epcs_portal.demo.payment_notices import announce
from epcs_portal.refusals import Refusal

Status = VirtualCheckout.Status


class CardDeclined(Refusal):
    code = "card-declined"
    field = "card"
    text = (
        "Your bank declined this card, so nothing was charged. "
        "Check the details or use another card."
    )


class PaymentPageClosed(Refusal):
    code = "payment-page-closed"
    text = "This page can't be used to pay any more."


@dataclass(frozen=True, slots=True)
class DemoCard:
    words: str
    is_declined: bool = False


# Stripe's own test numbers. Nobody has them; and nobody's real one is taken.
CARDS = {
    "4242424242424242": DemoCard("Visa ending 4242"),
    "4000000000000002": DemoCard("Visa ending 0002", is_declined=True),
}


def pay_with_card(checkout: VirtualCheckout, *, card: DemoCard, email: str, at: datetime) -> None:
    """Pay the checkout, once, and tell the portal.

    Refused: a card that the bank declines, and a checkout that was paid or is over.
    """
    if not checkout.can_be_paid(at):
        raise PaymentPageClosed
    if _next_is_declined() or card.is_declined:
        raise CardDeclined
    rows = VirtualCheckout.objects.filter(pk=checkout.pk)
    with transaction.atomic():
        is_paid = rows.filter(status=Status.OPEN).update(
            status=Status.COMPLETE,
            payment_intent=f"pi_demo_{uuid4().hex}",
            billing_email=email,
            paid_with=card.words,
            paid_at=at,
        )
        if is_paid:
            announce(events.COMPLETED, rows.get(), at=at)
    if not is_paid:
        raise PaymentPageClosed


def _next_is_declined() -> bool:
    declining = VirtualNetwork.objects.filter(declines_next_card=True)
    return bool(declining.update(declines_next_card=False))
