"""Several clicks, workers and events at the same moment: one order, one session, one payment."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import cycle
from threading import Lock

import pytest
from django.db import transaction
from django.utils import timezone

from billing import settling
from billing.flows.apply_event import apply_event
from billing.flows.begin_payment import begin_payment
from billing.flows.cancel_order import cancel_order
from billing.flows.look_up_checkout import look_up_checkout
from billing.models import Checkout, TokenOrder
from billing.refusals import SpareOnItsWay
from epcs_portal.audit.models import AuditEvent
from epcs_portal.refusals import Refusal
from tests.at_once import at_once
from tests.billing.ordering import (
    COMPLETED,
    PRACTICE,
    a_checkout,
    an_order,
    letters,
    meanwhile,
    now,
    the_event,
)
from tokens.models import Reservation

NINE = PRACTICE | {"zip_code": "05401-1234"}


@pytest.fixture
def paid(stripe, buyer):
    checkout = a_checkout(buyer)
    stripe.pay(checkout.session_id)
    stripe.deliver(stripe.events(COMPLETED)[0])
    return checkout


def in_turn(*acts):
    """Each thread does the next one."""
    lock, turns = Lock(), cycle(acts)

    def act():
        with lock:
            mine = next(turns)
        return mine()

    return act


def test_four_tabs_enter_one_order(buyer):
    orders = at_once(4, lambda: an_order(buyer))

    assert {each.pk for each in orders} == {TokenOrder.objects.get().pk}


def test_four_clicks_open_one_session(stripe, buyer):
    order = an_order(buyer)

    def pay_now():
        with suppress(Refusal):
            begin_payment(order=order, actor=buyer, authority=None, at=timezone.now())

    at_once(4, pay_now)

    assert len(stripe.sessions()) == 1
    assert {each["idempotency_key"] for each in stripe.requests()} == {f"{order.pk}-1"}
    assert Checkout.objects.get().session_id == stripe.sessions()[0]["id"]


def test_workers_and_the_sweep_pay_an_order_once(stripe, paid):
    at = timezone.now()
    apply = lambda: apply_event(event=the_event(), at=at)  # noqa: E731
    look_up = lambda: look_up_checkout(checkout=paid, at=at)  # noqa: E731

    at_once(4, in_turn(apply, look_up))

    assert now(paid.order).status == "paid"
    assert len(letters("Your receipt")) == 1
    assert Reservation.objects.count() == 1
    assert AuditEvent.objects.filter(event="order.paid").count() == 1


def while_the_order_is_locked(order, *acts):
    """Let each act wait for the order, one behind the other, and give it free."""
    with transaction.atomic():
        settling.locked(order.pk)
        waiting = []
        for act in acts:
            waiting.append(meanwhile(act))
            time.sleep(0.4)
    return [each.exception(timeout=30) for each in waiting]


def test_an_address_may_be_changed_at_the_moment_the_payment_is_heard_of(stripe, buyer, paid):
    apply = lambda: apply_event(event=the_event(), at=timezone.now())  # noqa: E731
    change = lambda: an_order(buyer, **NINE)  # noqa: E731

    problems = while_the_order_is_locked(paid.order, apply, change)

    assert now(paid.order).status == "paid"
    assert [type(each) for each in problems] in (
        [type(None), type(None)],
        [type(None), SpareOnItsWay],
    )


def test_an_order_canceled_at_the_moment_its_address_is_changed_is_no_spare_on_its_way(
    stripe, buyer
):
    order = an_order(buyer)
    cancel = lambda: cancel_order(order=order, actor=buyer, at=timezone.now())  # noqa: E731
    change = lambda: an_order(buyer, **NINE)  # noqa: E731

    problems = while_the_order_is_locked(order, cancel, change)

    assert now(order).status == "canceled"
    assert problems[0] is None
    assert not isinstance(problems[1], SpareOnItsWay)
    assert not Reservation.objects.exists()
