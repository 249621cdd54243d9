"""What Stripe refuses about a Checkout Session to be, and no type says."""

from __future__ import annotations

import re
from typing import Any

from tests.services.stripe_refusals import invalid, missing, no_such

# stripe.params.checkout.SessionCreateParams.expires_at
SOONEST, LATEST = 30 * 60, 24 * 60 * 60  # seconds
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LEAST = 50  # cents
LONGEST_REFERENCE = 200  # characters


def check_session(params: dict[str, Any], *, now: int) -> None:
    """Refuse what cannot be paid on a page of Stripe's: hosted, and paid for once."""
    if "mode" not in params:
        raise missing("mode")
    if params["mode"] != "payment" or params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The stand-in plays payments on the hosted page alone", "mode")
    if "success_url" not in params:
        raise missing("success_url")
    if not params.get("line_items"):
        raise missing("line_items")
    for name in ("success_url", "cancel_url"):
        if not re.match("https?://.", params.get(name, "https://-")):
            raise invalid("Not a valid URL", name, "url_invalid")
    email = params.get("customer_email", "-@-.-")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise invalid(f"Invalid email address: {email}", "customer_email", "email_invalid")
    if len(params.get("client_reference_id", "")) > LONGEST_REFERENCE:
        raise invalid("Invalid string: at most 200 characters", "client_reference_id")
    _check_expiry(params.get("expires_at", now + LATEST), now)
    _check_items(params["line_items"])


def _check_expiry(expires_at: int, now: int) -> None:
    words = "from Checkout Session creation."
    if expires_at < now + SOONEST:
        message = f"The `expires_at` timestamp must be at least 30 minutes {words}"
        raise invalid(message, "expires_at")
    if expires_at > now + LATEST:
        message = f"The `expires_at` timestamp must be less than 24 hours {words}"
        raise invalid(message, "expires_at")


def _check_items(items: list[dict[str, Any]]) -> None:
    for at, item in enumerate(items):
        name = f"line_items[{at}]"
        if "price" in item:
            raise no_such("price", item["price"], f"{name}[price]")
        price = item.get("price_data")
        if price is None:
            raise missing(f"{name}[price_data]")
        for field in ("unit_amount", "product_data"):
            if field not in price:
                raise missing(f"{name}[price_data][{field}]")
        if price["unit_amount"] < 0:
            raise invalid("Invalid non-negative integer", f"{name}[price_data][unit_amount]")
        if item.get("quantity", 0) < 1:
            raise missing(f"{name}[quantity]")
    if len({item["price_data"]["currency"] for item in items}) > 1:
        raise invalid("All line items must be of one currency", "line_items")
    if total_of(items) < LEAST:
        message = "The Checkout Session's total amount due must add up to at least $0.50 usd"
        raise invalid(message, "line_items", "amount_too_small")


def total_of(items: list[dict[str, Any]]) -> int:
    return sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)
