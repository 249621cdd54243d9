"""Checkouts of which nothing was heard: a worker asks about them by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as policy
from django.utils import timezone

from billing import selectors, tasks
from billing.flows.cancel_order import cancel_order
from billing.flows.look_up_checkout import look_up_checkout
from billing.models import Checkout, PaymentEvent
from billing.refusals import PaymentUnavailable
from tests.billing.ordering import (
    COMPLETED,
    a_checkout,
    a_paid_order,
    an_order,
    letters,
    now,
    opened,
    shipped,
)

SESSION = "GET /v1/checkout/sessions/{id}"


@pytest.fixture
def checkout(stripe, buyer):
    return a_checkout(buyer)


def look_up(*, later=timedelta()):
    checkout = Checkout.objects.select_related("order").get()
    look_up_checkout(checkout=checkout, at=timezone.now() + later)
    return Checkout.objects.select_related("order").get()


def test_a_payment_whose_event_was_lost_is_found(stripe, checkout):
    stripe.pay(checkout.session_id)

    look_up()

    assert now(checkout.order).status == "paid"
    assert len(letters("Your receipt")) == 1
    assert not PaymentEvent.objects.exists()


def test_what_expired_is_settled(stripe, checkout):
    stripe.expire(checkout.session_id)

    assert look_up().settled_at is not None
    assert now(checkout.order).status == "awaiting-payment"


def test_what_is_open_stays_open_and_is_asked_about_again(stripe, checkout):
    found = look_up()

    assert (found.settled_at, found.settlements) == (None, 1)
    assert found.looked_at is not None
    assert found.can_be_paid(timezone.now())


@pytest.mark.parametrize("faults", [["429"], ["500"], ["drop", "drop"]])
def test_while_stripe_is_away_nothing_changes(stripe, checkout, faults):
    stripe.pay(checkout.session_id)
    for fault in faults:
        stripe.fault(fault, endpoint=SESSION)

    found = look_up()

    assert (found.settled_at, found.settlements) == (None, 0)
    look_up()
    assert now(checkout.order).status == "paid"


def test_what_stripe_does_not_know_is_left_until_nobody_can_pay_it(stripe, checkout):
    Checkout.objects.update(session_id="cs_test_unknown")

    early, late = look_up().settled_at, look_up(later=policy.CHECKOUT_LIVES).settled_at

    assert early is None
    assert late is not None


def test_one_that_was_never_opened_is_settled_when_it_would_have_ended(buyer, settings):
    settings.STRIPE_API_URL = "http://127.0.0.1:1"
    order = an_order(buyer)
    with pytest.raises(PaymentUnavailable):
        opened(order)

    early, late = look_up().settled_at, look_up(later=policy.CHECKOUT_LIVES).settled_at

    assert early is None
    assert late is not None


def test_one_of_an_order_that_was_called_off_is_withdrawn(stripe, checkout, buyer):
    cancel_order(order=checkout.order, actor=buyer, at=timezone.now())

    found = look_up()

    assert stripe.sessions()[0]["status"] == "expired"
    assert found.settled_at is not None


def test_one_that_was_paid_before_it_could_be_withdrawn_is_held(stripe, checkout, buyer):
    cancel_order(order=checkout.order, actor=buyer, at=timezone.now())
    stripe.pay(checkout.session_id)

    look_up()

    assert now(checkout.order).held_for == "paid-after-cancel"


def test_a_silent_one_is_asked_about_after_five_minutes_and_as_often_again(stripe, checkout):
    at, wait = checkout.opened_at, policy.PAYMENT_LOOKED_UP_AFTER
    moment = timedelta(seconds=1)

    def due(when):
        return selectors.checkouts_to_look_up(when) == [checkout.pk]

    before, then = due(at + wait - moment), due(at + wait)
    Checkout.objects.update(looked_at=at + wait)
    assert (before, then) == (False, True)
    assert not due(at + 2 * wait - moment)
    assert due(at + 2 * wait)
    Checkout.objects.update(settled_at=at)
    assert not due(at + 2 * wait)


def test_the_sweeps_send_each_row_to_a_worker(stripe, checkout):
    stripe.pay(checkout.session_id)
    stripe.deliver(stripe.events(COMPLETED)[0])
    Checkout.objects.update(opened_at=timezone.now() - policy.PAYMENT_LOOKED_UP_AFTER)

    assert tasks.sweep() == 1
    assert tasks.look_up_payments() == 1
    assert tasks.follow_spares() == 0


def test_a_task_carries_a_number_and_a_row_that_is_gone_is_no_trouble(stripe, checkout):
    stripe.pay(checkout.session_id)
    nobody = "00000000-0000-4000-8000-000000000000"
    tasks.look_up(checkout_id=nobody, of_a_later_version=True)
    tasks.apply_event(event_id="evt_unknown")
    tasks.send_refund(refund_id=nobody)

    tasks.look_up(checkout_id=str(checkout.pk))

    assert now(checkout.order).status == "paid"


def test_a_worker_takes_an_event_by_its_name(stripe, checkout):
    stripe.pay(checkout.session_id)
    stripe.deliver(stripe.events(COMPLETED)[0])

    tasks.apply_event(event_id=stripe.events(COMPLETED)[0]["id"])

    assert now(checkout.order).status == "paid"


def test_the_sweep_calls_back_what_nobody_added(stripe, buyer):
    order = shipped(a_paid_order(stripe, buyer))
    order.reservation.sent_at = timezone.now() - policy.SPARE_RECALLED_AFTER
    order.reservation.save()

    assert tasks.follow_spares() == 1
    assert now(order).reservation.recalled_at is not None
    assert tasks.follow_spares() == 0
