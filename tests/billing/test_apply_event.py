"""A worker looks into what Stripe told of: it asks what is true now, and the order follows."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from billing.flows.cancel_order import cancel_order
from billing.models import Checkout, PaymentEvent, TokenOrder
from epcs_portal.audit.models import AuditEvent
from tests.billing.ordering import (
    COMPLETED,
    EXPIRED,
    a_checkout,
    a_paid_order,
    an_order,
    apply_all,
    hear,
    letters,
    now,
    opened,
    the_event,
)
from tokens.models import Reservation


def trail(*events):
    rows = AuditEvent.objects.filter(event__in=events).order_by("sequence")
    return [(each.event, each.facts) for each in rows]


def paid_once():
    """What follows from a payment, and follows once."""
    receipts, promised = len(letters("Your receipt")), Reservation.objects.count()
    return (receipts, promised, AuditEvent.objects.filter(event="order.paid").count()) == (1, 1, 1)


def test_a_paid_checkout_pays_the_order(stripe, buyer):
    order = a_paid_order(stripe, buyer, email="billing@lakeside.example")

    checkout, spare = Checkout.objects.get(), Reservation.objects.get()
    assert (order.status, order.paid_with) == ("paid", "Visa ending 4242")
    assert order.billing_email == "billing@lakeside.example"
    assert order.paid_at == checkout.paid_at == checkout.settled_at
    assert checkout.payment_intent == stripe.sessions()[0]["payment_intent"]
    assert (spare.order, spare.order_number, spare.user) == (order.pk, order.number, buyer)
    assert (spare.destination, spare.serial) == ("Practice Address", "")
    assert order.expected_on == spare.expected_on
    assert trail("order.paid") == [("order.paid", {"cents": 3500})]
    assert (the_event().state, the_event().problem) == ("done", "")


def test_told_a_hundred_times_it_is_paid_once(stripe, buyer):
    order = a_paid_order(stripe, buyer)
    [event] = stripe.events(COMPLETED)
    for _time in range(3):
        stripe.deliver(event, times=5)
        PaymentEvent.objects.update(state="queued", attempts=0, due_at=timezone.now())
        apply_all()

    assert now(order).status == "paid"
    assert paid_once()


def test_whoever_comes_back_before_the_event_finds_it_unpaid_and_after_it_paid(
    stripe, browser, buyer
):
    checkout = a_checkout(buyer)
    page = f"/epcs/orders/{checkout.order_id}/?session_id={checkout.session_id}"
    stripe.pay(checkout.session_id)
    before = browser.get(page).text
    hear(stripe, COMPLETED)
    after = browser.get(page).text

    assert "confirming your payment" in before
    assert "Your token is ordered" in after


def test_three_days_late_it_is_paid_all_the_same(stripe, buyer):
    checkout = a_checkout(buyer)
    stripe.pay(checkout.session_id)

    hear(stripe, COMPLETED, at=timezone.now() + timedelta(days=3))

    assert now(checkout.order).status == "paid"
    assert paid_once()


@pytest.mark.parametrize(
    ("told", "why", "outcome"),
    [
        ({"amount": 100}, "another amount was paid", "other-amount"),
        ({"amount": 9900}, "another amount was paid", "other-amount"),
        ({"currency": "cad"}, "it was paid in another currency", "other-currency"),
    ],
)
def test_what_was_paid_wrongly_is_held_and_not_paid(stripe, buyer, told, why, outcome):
    checkout = a_checkout(buyer)
    stripe.pay(checkout.session_id, **told)

    hear(stripe, COMPLETED, COMPLETED)

    order = now(checkout.order)
    assert (order.status, order.paid_at, order.get_held_for_display()) == (
        "awaiting-payment",
        None,
        why,
    )
    assert trail("order.held", "order.paid") == [("order.held", {"outcome": outcome})]
    assert letters() == []
    assert not Reservation.objects.exists()


def test_a_payment_that_names_another_order_is_held(stripe, buyer):
    theirs, mine = a_checkout(buyer), None
    cancel_order(order=theirs.order, actor=buyer, at=timezone.now())
    Checkout.objects.update(settled_at=timezone.now(), session_id=None)
    mine = a_checkout(buyer)
    Checkout.objects.filter(pk=mine.pk).update(session_id=theirs.session_id)
    stripe.pay(theirs.session_id)

    hear(stripe, COMPLETED)

    assert now(mine.order).held_for == "other-order"
    assert now(mine.order).status == "awaiting-payment"


def test_what_is_paid_after_it_was_canceled_is_held_for_a_person(stripe, buyer):
    checkout = a_checkout(buyer)
    cancel_order(order=checkout.order, actor=buyer, at=timezone.now())
    stripe.pay(checkout.session_id)

    hear(stripe, COMPLETED)

    order = now(checkout.order)
    assert (order.status, order.held_for) == ("canceled", "paid-after-cancel")
    assert letters() == []
    assert not Reservation.objects.exists()


def test_what_is_paid_twice_is_paid_once_and_held(stripe, buyer):
    order = an_order(buyer)
    first = opened(order)
    Checkout.objects.update(settled_at=timezone.now(), session_id=None)  # as if it was given up
    second = opened(order)
    for session in (first.session_id, second.session_id):
        stripe.pay(session)

    hear(stripe, COMPLETED, COMPLETED)

    order = now(order)
    assert (order.status, order.held_for) == ("paid", "paid-twice")
    assert paid_once()
    assert Checkout.objects.filter(paid_at__isnull=False).count() == 1
    assert Checkout.objects.exclude(payment_intent="").count() == 2


def test_what_is_paid_while_another_spare_is_on_its_way_is_held(stripe, buyer):
    checkout = a_checkout(buyer)
    at = timezone.now()
    Reservation.objects.create(user=buyer, ordered_at=at, expected_on=at.date())
    stripe.pay(checkout.session_id)

    hear(stripe, COMPLETED)

    order = now(checkout.order)
    assert (order.status, order.held_for) == ("paid", "spare-on-its-way")
    assert order.reservation is None
    assert len(letters("Your receipt")) == 1


def test_a_checkout_that_ended_leaves_the_order_for_another(stripe, buyer):
    checkout = a_checkout(buyer)
    stripe.decline(checkout.session_id)
    stripe.expire(checkout.session_id)

    hear(stripe, EXPIRED)

    assert now(checkout.order).status == "awaiting-payment"
    assert Checkout.objects.get().settled_at is not None
    assert opened(checkout.order).attempt == 2


ORDER_OF_EVENTS = list(permutations([COMPLETED, "charge.refunded", "charge.dispute.created"]))


@pytest.mark.parametrize("kinds", ORDER_OF_EVENTS, ids=lambda kinds: kinds[0] + "-" + kinds[1])
def test_the_order_of_events_makes_no_difference(stripe, buyer, kinds):
    checkout = a_checkout(buyer)
    intent = stripe.pay(checkout.session_id)["payment_intent"]["id"]
    stripe.refund(intent)
    stripe.dispute(intent)

    for kind in kinds:
        hear(stripe, kind)

    order = now(checkout.order)
    assert (order.status, order.held_for) == ("refunded", "")
    assert paid_once()
    assert len(letters("Order")) == 1
    assert {each.state for each in PaymentEvent.objects.all()} == {"done"}


def test_that_it_expired_is_told_after_it_was_paid_otherwise(stripe, buyer):
    first = a_checkout(buyer)
    stripe.expire(first.session_id)
    Checkout.objects.update(settled_at=timezone.now())
    second = opened(first.order)
    stripe.pay(second.session_id)

    hear(stripe, COMPLETED, EXPIRED)

    assert TokenOrder.objects.get().status == "paid"
    assert paid_once()
