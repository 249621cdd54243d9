"""An order as support sees it, with what can be done in its state, and the stock it comes from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from billing import moves
from billing.models import TokenOrder
from epcs_portal.local_time import date_words, day_and_time
from epcs_portal.support.facts import fact
from epcs_portal.support.pages import person_page
from tokens import stock

Status = moves.Status
Facts = list[dict[str, str]]
TIMES = {
    "ordered_at": "Ordered",
    "verified_at": "Address verified by the buyer",
    "paid_at": "Paid",
    "packed_at": "Packed",
    "shipped_at": "Shipped",
    "delivered_at": "Delivered",
    "activated_at": "Activated",
    "disputed_at": "Disputed",
    "ended_at": "Ended",
}


def page_of(order: TokenOrder, *, agent: User, at: datetime) -> dict[str, Any]:
    """Context of support/order.html."""
    return {
        "order": order,
        "person": order.user,
        "person_url": person_page(order.user),
        "status": order.get_status_display(),
        "hold": order.get_held_for_display() if order.held_for else "",
        "sections": [
            {"title": "Order", "facts": _what(order)},
            {"title": "Token", "facts": _token(order)},
            {"title": "Payment", "facts": _payment(order, at)},
            {"title": "How far it is", "facts": _times(order, at)},
        ],
        "ship_to": order.address_lines,
        "actions": [] if order.user == agent else actions_for(order),
        "is_own": order.user == agent,
        "stock": stock_level(at=at) if order.status in moves.AT_OUR_DESK else None,
        "back": {"label": "orders", "url": reverse("admin:billing_tokenorder_changelist")},
    }


def actions_for(order: TokenOrder) -> list[dict[str, str]]:
    """Return what makes sense now, the next step first."""
    status, reservation = Status(order.status), order.reservation
    is_out = bool(reservation and reservation.sent_at and not reservation.ended_at)
    paid = order.checkouts.exclude(payment_intent="").exists()
    has_ended = status in {Status.CANCELED, Status.REFUNDED} and not order.held_for
    free_at_desk = order.is_free and status in moves.AT_OUR_DESK
    named = [
        ("staff_order_pack", "Pack", status is Status.PAID),
        ("staff_order_ship", "Ship", status is Status.PACKED),
        ("staff_order_delivered", "Note the delivery", status is Status.SHIPPED),
        ("staff_order_pack", "Pack another token", status is Status.PACKED),
        ("staff_order_hold_end", "End the hold", bool(order.held_for)),
        ("staff_order_look", "Ask the payment service", not order.is_free),
        ("staff_order_back", "It came back", is_out),
        ("staff_order_receipt", "Send the receipt again", order.paid_at is not None),
        ("staff_order_cancel", "Cancel", order.is_unpaid and not order.held_for),
        ("staff_order_call_off", "Cancel this order", free_at_desk),
        ("staff_order_call_off", "Cancel and refund", paid and not has_ended),
    ]
    return [
        {"label": label, "url": reverse(name, args=[order.pk])}
        for name, label, makes_sense in named
        if makes_sense
    ]


def stock_level(*, at: datetime) -> dict[str, Any]:
    """Return how many tokens can still be packed, and whether it is time to order more."""
    free = stock.free_count(at=at)
    return {"free": free, "is_low": free <= settings.STOCK_REORDER_AT}


def work_waiting(*, at: datetime) -> dict[str, Any]:
    """Return what waits for an agent: for the first page of the support site."""
    counted = TokenOrder.objects.aggregate(
        to_pack=Count("pk", filter=Q(status=Status.PAID, held_for="")),
        held=Count("pk", filter=~Q(held_for="")),
    )
    return {**counted, "stock": stock_level(at=at)}


def orders_of(person: User) -> list[dict[str, str]]:
    """Return a line for each of the latest orders of the person."""
    rows = TokenOrder.objects.filter(user=person).order_by("-ordered_at")[:3]
    return [
        {
            **fact(f"Order {order.number}", order.get_status_display()),
            "url": reverse("admin:billing_tokenorder_change", args=[order.pk]),
        }
        for order in rows
    ]


def _what(order: TokenOrder) -> Facts:
    return [
        fact("Number", order.number),
        fact("For", order.user.full_name),
        fact("Ordered by", order.ordered_by.full_name),
        fact("Total", order.price),
        fact("Goes to", order.get_destination_display()),
        fact("Expected", date_words(order.expected_on) if order.expected_on else "–"),  # noqa: RUF001
    ]


def _token(order: TokenOrder) -> Facts:
    reservation = order.reservation
    facts = [fact("Serial", reservation.serial if reservation and reservation.serial else "none")]
    if order.tracking_number:
        facts.append(fact(order.get_carrier_display(), order.tracking_number))
    if reservation is not None and reservation.recalled_at is not None:
        facts.append(fact("Called back", "nobody can add it until it came back"))
    return facts


def _payment(order: TokenOrder, at: datetime) -> Facts:
    facts = [
        fact("Paid with", order.paid_with or "–"),  # noqa: RUF001
        fact("Billing email", order.billing_email or "–"),  # noqa: RUF001
    ]
    for checkout in order.checkouts.defer("url", "asked").order_by("attempt"):
        paid = checkout.paid_at and f"paid {day_and_time(checkout.paid_at, at, today='today')}"
        state = paid or ("over" if checkout.settled_at else "open")
        facts.append(fact(f"Attempt {checkout.attempt}", state))
        facts += [
            fact("Refund", f"{each.get_state_display().lower()} {each.problem}".strip())
            for each in checkout.refunds.order_by("asked_at")
        ]
    return facts


def _times(order: TokenOrder, at: datetime) -> Facts:
    return [
        fact(label, day_and_time(moment, at))
        for name, label in TIMES.items()
        if (moment := getattr(order, name)) is not None
    ]
