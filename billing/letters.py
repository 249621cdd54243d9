"""Letters about an order: rows in the transaction that calls for them, sent by a worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone

from billing.models import TokenOrder
from billing.receipts import receipt_of, where_to
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import post

ARRIVES_WITHIN = timedelta(days=3)


def post_receipt(order: TokenOrder, *, at: datetime) -> None:
    _post(order, "receipt", subject=f"Your receipt for order {order.number}", at=at)


def post_refunded(order: TokenOrder, *, at: datetime) -> None:
    _post(order, "refunded", subject=f"Order {order.number} was refunded", at=at)


def _post(order: TokenOrder, kind: str, *, subject: str, at: datetime) -> None:
    """Write to the billing address. Nobody to write to: nothing is written."""
    to = where_to(order)
    if not to:
        return
    with timezone.override(ZoneInfo(order.user.time_zone)):
        context = receipt_of(order)
        text = render_to_string(f"messages/{kind}.email.txt", context).strip()
        html = render_to_string(f"messages/{kind}.email.html", context)
    post(
        Message.Channel.EMAIL,
        to=to,
        text=text,
        html=html,
        subject=subject,
        person=order.user if order.ordered_by.is_staff else order.ordered_by,
        at=at,
        expires_at=at + ARRIVES_WITHIN,
    )
