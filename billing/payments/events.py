"""Events of Stripe: which of them are listened to, and what of each is kept. Pure but for the key.

docs.stripe.com/webhooks: any number of times, in any order, for three days.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from billing.payments import stripe_gateway
from billing.payments.processor import ReceivedEvent

OF_SESSIONS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
OF_PAYMENTS = {
    "charge.refunded",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
}


class NotGenuine(Exception):
    """Not signed by Stripe, too old, from the future, or no event at all."""


def read_event(body: bytes, header: str, *, at: datetime) -> ReceivedEvent | None:
    """Return the event; None for a kind nobody listens to. Raise NotGenuine."""
    try:
        text = body.decode()
        if not stripe_gateway.is_signed(
            text, header, secrets=settings.STRIPE_WEBHOOK_SECRETS, at=at
        ):
            raise NotGenuine
        return _event(json.loads(text))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):  # no event at all
        raise NotGenuine from None


def _event(read: dict[str, Any]) -> ReceivedEvent | None:
    kind, what = str(read["type"]), read["data"]["object"]
    if kind not in OF_SESSIONS | OF_PAYMENTS:
        return None
    if not isinstance(what, dict):
        raise TypeError
    payment = what.get("payment_intent") or ""
    return ReceivedEvent(
        event_id=_name(read["id"]),
        kind=kind,
        session_id=_name(what["id"]) if kind in OF_SESSIONS else "",
        payment_intent=_name(payment["id"] if isinstance(payment, dict) else payment),
        happened_at=datetime.fromtimestamp(int(read["created"]), UTC),
    )


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > 255:
        raise ValueError
    return value
