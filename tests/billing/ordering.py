"""Ordering a spare as its buyer, the payment service, a worker and support do."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.db import connections
from django.utils import timezone

from accounts.models import User
from billing.flows.apply_event import apply_event
from billing.flows.begin_payment import begin_payment
from billing.flows.pack_order import pack_order
from billing.flows.place_order import place_order
from billing.flows.ship_order import ship_order
from billing.models import Checkout, PaymentEvent, TokenOrder
from billing.shipping import Shipping
from epcs_portal.delivery.models import Message
from tests import factories
from tests.billing.stand_in import Stripe

NEW = "/epcs/orders/new/"
CREATE = "POST /v1/checkout/sessions"
COMPLETED, EXPIRED = "checkout.session.completed", "checkout.session.expired"
PRACTICE = {
    "destination": "practice",
    "address": "48 Lake Street",
    "suite": "",
    "city": "Burlington",
    "state": "VT",
    "zip_code": "05401",
}
HOME = PRACTICE | {
    "destination": "home",
    "address": "7 Cedar Lane",
    "city": "Winooski",
    "zip_code": "05404",
}


def an_order(
    user: User, *, by: User | None = None, at: datetime | None = None, **typed: str
) -> TokenOrder:
    """An order that is entered; to the practice, where nothing else was typed."""
    shipping = Shipping(**(PRACTICE | typed))
    at = at or timezone.now()
    return place_order(user=user, ordered_by=by or user, shipping=shipping, at=at)


def opened(order: TokenOrder, *, at: datetime | None = None) -> Checkout:
    """Pay Now: the checkout at which it can be paid."""
    at = at or timezone.now()
    begin_payment(order=order, actor=order.ordered_by, authority=None, at=at)
    return order.checkouts.get(settled_at=None)


def a_checkout(user: User, **typed: str) -> Checkout:
    return opened(an_order(user, **typed))


def apply_all(*, at: datetime | None = None) -> None:
    """What a worker does with every event that waits."""
    at = at or timezone.now()
    for event in PaymentEvent.due(at):
        apply_event(event=event, at=at)


def hear(stripe: Stripe, *kinds: str, at: datetime | None = None) -> None:
    """Let Stripe tell of all that happened of each kind, in this order, and look into it."""
    for kind in kinds:
        for event in stripe.events(kind):
            assert stripe.deliver(event) == [200]
        apply_all(at=at)


def a_paid_order(stripe: Stripe, user: User, **how: Any) -> TokenOrder:
    checkout = a_checkout(user)
    stripe.pay(checkout.session_id, **how)
    hear(stripe, COMPLETED)
    return now(checkout.order)


def shipped(order: TokenOrder, *, at: datetime | None = None, serial: str = "") -> TokenOrder:
    """Support packs it and hands it to the carrier."""
    agent, at = factories.a_person(is_staff=True), at or timezone.now()
    serial = serial or factories.a_fob_in_stock().serial
    order = pack_order(order=order, serial=serial, agent=agent, at=at)
    tracking = "9400100000000000000000"
    return ship_order(order=order, carrier="usps", tracking_number=tracking, agent=agent, at=at)


def now(order: TokenOrder) -> TokenOrder:
    """The order as it stands in the database."""
    return TokenOrder.objects.select_related("reservation", "user", "ordered_by").get(pk=order.pk)


def the_event(kind: str = COMPLETED) -> PaymentEvent:
    return PaymentEvent.objects.get(kind=kind)


def letters(subject: str = "") -> list[Message]:
    """What was posted by e-mail, oldest first; with this at the beginning of its subject."""
    mails = Message.objects.filter(channel=Message.Channel.EMAIL).order_by("created_at")
    return [each for each in mails if subject_of(each).startswith(subject)]


def subject_of(letter: Message) -> str:
    return letter.outgoing(timezone.now()).subject


def meanwhile(act: Callable[[], Any]) -> Future[Any]:
    """Begin in a thread of its own, with its own connection to the database."""

    def run() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


def until(condition: Callable[[], Any], *, seconds: float = 10) -> None:
    """Wait for a thread that began meanwhile."""
    patience = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < patience
        time.sleep(0.02)
