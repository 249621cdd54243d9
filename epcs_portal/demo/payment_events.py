"""Events in Stripe's shape, as far as anybody reads them. No address of a person stands in one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing.payments.stripe_gateway import API_VERSION
from epcs_portal.demo.models import VirtualCheckout

COMPLETED = "checkout.session.completed"
EXPIRED = "checkout.session.expired"
REFUNDED = "charge.refunded"


def event_of(
    kind: str, checkout: VirtualCheckout, *, event_id: str, at: datetime
) -> dict[str, Any]:
    """Return the event that says so of the checkout, as it is now."""
    return {
        "id": event_id,
        "object": "event",
        "api_version": API_VERSION,
        "created": int(at.timestamp()),
        "type": kind,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "data": {"object": _charge(checkout) if kind == REFUNDED else _session(checkout)},
    }


def _session(checkout: VirtualCheckout) -> dict[str, Any]:
    asked = checkout.asked
    return {
        "id": checkout.session_id,
        "object": "checkout.session",
        "amount_subtotal": checkout.price_cents,
        "amount_total": checkout.price_cents,
        "client_reference_id": asked["order"],
        "currency": asked["currency"],
        "expires_at": asked["expires_at"],
        "livemode": False,
        "metadata": {"order": asked["order"], "checkout": checkout.key},
        "mode": "payment",
        "payment_intent": checkout.payment_intent or None,
        "payment_status": "paid" if checkout.is_paid else "unpaid",
        "status": checkout.status,
        "url": None,
    }


def _charge(checkout: VirtualCheckout) -> dict[str, Any]:
    asked = checkout.asked
    return {
        "id": f"ch_demo_{checkout.pk.hex}",
        "object": "charge",
        "amount": checkout.price_cents,
        "amount_refunded": checkout.refunded_cents,
        "currency": asked["currency"],
        "livemode": False,
        "metadata": {"order": asked["order"], "checkout": checkout.key},
        "paid": True,
        "payment_intent": checkout.payment_intent,
        "refunded": checkout.refunded_cents >= checkout.price_cents,
        "status": "succeeded",
    }
