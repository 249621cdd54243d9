"""What a payment service is asked for an order, and where it stands with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from billing.models import Checkout, TokenOrder
from billing.payments.processor import CheckoutRequest, PaymentProblem
from epcs_portal.delivery.addresses import public

ITEM = "Spare hardware token"


def open_row(order: TokenOrder, *, at: datetime) -> Checkout:
    """Write down the next attempt of a locked order, with what will be asked."""
    attempt = order.checkouts.count() + 1
    key = f"{order.pk}-{attempt}"
    expires_at = (at + settings.CHECKOUT_LIVES).replace(microsecond=0)
    return Checkout.objects.create(
        order=order,
        attempt=attempt,
        idempotency_key=key,
        asked=_asked(order, key, expires_at),
        opened_at=at,
        expires_at=expires_at,
    )


def request_of(checkout: Checkout) -> CheckoutRequest:
    """Return the request as it was written down, the second time too."""
    return CheckoutRequest(**checkout.asked)


def is_stale(checkout: Checkout, order: TokenOrder, *, at: datetime) -> bool:
    """Whether it was opened for another address, or is too old to be paid."""
    return checkout.opened_at < order.changed_at or at >= checkout.expires_at


def is_lost(problem: PaymentProblem) -> bool:
    """Whether asking again under the same key gives the same error: Stripe keeps its own.

    What it may have opened nobody knows the address of, so nobody can pay it.
    """
    return problem in {PaymentProblem.BROKEN, PaymentProblem.REFUSED}


def _asked(order: TokenOrder, key: str, expires_at: datetime) -> dict[str, Any]:
    page = public(reverse("order_detail", args=[order.pk]))
    pay = public(reverse("order_pay", args=[order.pk]))
    return {
        "key": key,
        "order": str(order.pk),
        "number": order.number,
        "description": ITEM,
        "price_cents": order.price_cents,
        "currency": order.currency,
        "email": order.ordered_by.email,
        "recipient": order.recipient,
        "address": _address(order),
        "expires_at": int(expires_at.timestamp()),
        # Stripe fills in the braces. The page only reads; what comes with it opens nothing.
        "success_url": f"{page}?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{pay}?canceled=1",
    }


def _address(order: TokenOrder) -> dict[str, str]:
    """Return the lines that there are: Stripe refuses empty ones."""
    lines = {
        "line1": order.address,
        "line2": ", ".join(filter(None, [order.suite, order.practice_name])),
        "city": order.city,
        "state": order.state,
        "postal_code": order.zip_code,
        "country": "US",
    }
    return {name: line for name, line in lines.items() if line}
