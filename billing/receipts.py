"""The receipt of an order: one content, for the page, the e-mail and the PDF."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from billing.checkouts import ITEM
from billing.models import TokenOrder
from billing.money import dollars
from epcs_portal.local_time import date_words, day, moment_words

SHIPPING = "Shipping, 3–5 business days"  # noqa: RUF001  (the dash people see)


def receipt_of(order: TokenOrder) -> dict[str, Any]:
    """Context of billing/receipt.html, messages/receipt.email.* and the PDF."""
    price = dollars(order.price_cents)
    paid = "Placed on" if order.is_free else "Paid on"
    facts = [
        ("Order number", order.number),
        (paid, moment_words(order.paid_at or order.ordered_at)),
        ("Paid with", order.paid_with or ("No cost" if order.is_free else "Card")),
        ("Billing email", order.billing_email),
    ]
    if order.status == TokenOrder.Status.REFUNDED and order.ended_at is not None:
        facts.append(("Refunded on", day(order.ended_at)))
    return {
        "number": order.number,
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "ship_to": order.address_lines,
        "rows": [
            {"label": f"{ITEM} × 1", "amount": price},  # noqa: RUF001
            {"label": SHIPPING, "amount": dollars(0)},
            {"label": "Sales tax", "amount": dollars(0)},
        ],
        "total_label": "Total" if order.is_free else "Total paid",
        "total": price,
        "expected": date_words(order.expected_on) if order.expected_on else "",
        "seller": f"EPCS Portal, {settings.SELLER_ADDRESS}",
        "support_phone": settings.SUPPORT_PHONE,
        "demo": settings.DEMO,
    }


def summary_of(price_cents: int) -> dict[str, Any]:
    """Context of components/order_summary.html."""
    return {"item": f"{ITEM} × 1", "price": dollars(price_cents), "none": dollars(0)}  # noqa: RUF001


def where_to(order: TokenOrder) -> str:
    """Return the address to which letters about the payment go, or ""."""
    return order.billing_email or order.ordered_by.email


def file_name(order: TokenOrder) -> str:
    return f"receipt-{order.number}.pdf"
