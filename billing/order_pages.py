"""What people read of an order, on each of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from billing import moves, receipts, selectors
from billing.models import TokenOrder
from billing.tracking import tracking_of
from epcs_portal.local_time import date_words, day
from epcs_portal.submissions.once import Done
from tokens.selectors import reservation_of

if TYPE_CHECKING:
    from accounts.models import User
    from billing.forms import EmptyForm, OrderForm

Act = Callable[[], Done]
Status = moves.Status

ADMIN = ("Admin", "epcs_controls")
ADMINISTRATION = ("Administration", "administration")
STEPS = ["Shipping", "Payment", "Receipt"]
TITLES = {
    Status.PAID: "Your token is ordered",
    Status.PACKED: "Your token is ordered",
    Status.SHIPPED: "Your token is on its way",
    Status.DELIVERED: "Your token was delivered",
    Status.ACTIVATED: "Your token was added",
    Status.CANCELED: "This order was canceled",
    Status.REFUNDED: "This order was refunded",
    Status.DISPUTED: "The payment of this order is disputed",
}
TONES = {
    Status.PAID: "info",
    Status.PACKED: "info",
    Status.SHIPPED: "info",
    Status.DELIVERED: "info",
    Status.ACTIVATED: "ok",
    Status.DISPUTED: "warn",
}


def home_of(person: User) -> str:
    return reverse(_door(person)[1])


def closed_to(person: User, *, viewer: User | None = None) -> dict[str, Any] | None:
    """Return why no spare can be ordered now (billing/closed.html); None when it can."""
    back = _back(viewer or person)
    if not (person.is_prescriber and person.prescriber.is_registered):
        return {"registered": False, "back": back, "is_own": viewer in (None, person)}
    spare = reservation_of(person)
    if spare is None:
        return None
    return {
        "registered": True,
        "back": back,
        "expected": date_words(spare.expected_on),
        "number": spare.order_number,
        "order_url": "" if viewer else _page(spare.order),
    }


def form_page(form: OrderForm, person: User, viewer: User) -> dict[str, Any]:
    """Context of billing/new.html. ``person``: whom the token is for."""
    unpaid = selectors.unpaid_order_of(person)
    price = unpaid.price_cents if unpaid else settings.SPARE_TOKEN_PRICE
    is_own = person == viewer
    return {
        "form": form,
        "person": person,
        "is_own": is_own,
        "summary": receipts.summary_of(price),
        "submit_label": "Pay Now" if price else "Place order",
        "steps": _steps(price),
        "step": 1,
        "back": _back(viewer)
        if is_own
        else {"label": person.full_name, "url": reverse("setup_edit", args=[person.pk])},
    }


def pay_page(
    order: TokenOrder, form: EmptyForm, *, viewer: User, is_back: bool = False, at: datetime
) -> dict[str, Any]:
    """Context of billing/pay.html. ``is_back``: from the payment page, which was left."""
    checkout = selectors.open_checkout_of(order)
    is_open = (
        order.is_unpaid
        and checkout is not None
        and checkout.can_be_paid(at)
        and checkout.opened_at >= order.changed_at
        and not order.needs_step_up
    )
    own = order.user == viewer
    change = ("order_new", []) if own else ("order_new_for", [order.user_id])
    return {
        "form": form,
        "order": order,
        "person": order.user,
        "is_own": own,
        "payment_url": checkout.url if checkout and is_open else "",
        # Asked for, and not opened: the service was away.
        "is_away": _was_away(order) and not form.is_bound,
        "is_back": is_back,
        "summary": receipts.summary_of(order.price_cents),
        "submit_label": "Place order" if order.is_free else "Pay Now",
        "cancel_path": reverse("order_cancel", args=[order.pk]),
        "change_url": reverse(change[0], args=change[1]),
        "steps": _steps(order.price_cents),
        "step": 2,
        "back": {"label": "shipping", "url": reverse(change[0], args=change[1])},
    }


def _was_away(order: TokenOrder) -> bool:
    latest = order.checkouts.order_by("-attempt").first()
    return latest is not None and not latest.url


def confirming(order: TokenOrder) -> dict[str, Any]:
    """Context of billing/confirming.html."""
    return {
        "order": order,
        "status_url": "" if order.held_for else reverse("order_status", args=[order.pk]),
    }


def page_of(order: TokenOrder, viewer: User) -> dict[str, Any]:
    """Context of billing/order.html."""
    status = Status(order.status)
    is_recalled = order.reservation is not None and order.reservation.recalled_at is not None
    return {
        "order": order,
        "title": "Your spare can't be added any more" if is_recalled else TITLES[status],
        "tone": TONES.get(status, "off"),
        "is_new": status in moves.AT_OUR_DESK,
        "is_under_way": status in moves.AT_OUR_DESK | moves.UNDER_WAY and not is_recalled,
        "is_recalled": is_recalled,
        "is_own": order.user == viewer,
        "receipt": receipts.receipt_of(order) if order.paid_at else None,
        "tracking": tracking_of(order),
        "serial": order.reservation.serial if order.reservation and order.shipped_at else "",
        "expected": date_words(order.expected_on) if order.expected_on else "",
        "back": {"label": "your orders", "url": reverse("orders")},
        "home": _back(viewer),
    }


def list_of(orders: Iterable[TokenOrder], viewer: User) -> dict[str, Any]:
    """Context of billing/orders.html."""
    rows = [
        {
            "number": order.number,
            "url": reverse("order_detail", args=[order.pk]),
            "whom": order.recipient,
            "day": day(order.ordered_at),
            "price": order.price,
            "tag": order.get_status_display(),
            "tone": TONES.get(Status(order.status), "off"),
        }
        for order in orders
    ]
    return {"rows": rows, "back": _back(viewer), "may_order": viewer.is_prescriber}


def _steps(price_cents: int) -> list[str]:
    return STEPS if price_cents else [STEPS[0], STEPS[2]]


def _door(person: User) -> tuple[str, str]:
    return ADMIN if person.is_prescriber else ADMINISTRATION


def _back(person: User) -> dict[str, str]:
    label, name = _door(person)
    return {"label": label, "url": reverse(name)}


def _page(order_id: object) -> str:
    return reverse("order_detail", args=[order_id]) if order_id else ""
