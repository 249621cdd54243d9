"""Support sends a payment back: once, under a key of its own, or the order is held."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.conf import settings as policy
from django.db import transaction
from django.utils import timezone

from billing import settling, tasks
from billing.flows.call_off_order import call_off_order
from billing.flows.give_up_refunds import give_up_refunds
from billing.flows.look_up_checkout import look_up_checkout
from billing.flows.send_refund import send_refund
from billing.models import Checkout, Refund
from tests import factories
from tests.billing.ordering import (
    COMPLETED,
    a_paid_order,
    an_order,
    hear,
    letters,
    meanwhile,
    now,
    opened,
    until,
)

REFUNDS = "POST /v1/refunds"


@pytest.fixture
def refund(stripe, buyer):
    """An agent called a paid order off, and a worker has not begun."""
    return called_off(a_paid_order(stripe, buyer))


def called_off(order):
    agent = factories.a_person(is_staff=True)
    call_off_order(order=order, reason="ordered twice", agent=agent, at=timezone.now())
    return Refund.objects.select_related("checkout__order").get()


def sent(*, later=timedelta()):
    refund = Refund.objects.select_related("checkout__order").get()
    send_refund(refund=refund, at=timezone.now() + later)
    return Refund.objects.get()


def order_of(refund):
    return now(refund.checkout.order)


def test_all_of_it_goes_back_and_the_order_ends(stripe, refund):
    done = sent()

    [asked] = stripe.requests(REFUNDS)
    assert asked["params"] == {"payment_intent": refund.checkout.payment_intent}
    assert asked["idempotency_key"] == f"refund-{refund.pk}"
    assert (done.state, done.refund_id[:3]) == ("done", "re_")
    assert order_of(refund).status == "refunded"
    assert len(letters(f"Order {order_of(refund).number} was refunded")) == 1


def test_asked_twice_it_is_sent_once(stripe, refund):
    tasks.send_refund(refund_id=str(refund.pk))
    tasks.send_refund(refund_id=str(refund.pk))
    hear(stripe, "charge.refunded")

    assert len(stripe.requests(REFUNDS)) == 1
    assert len(letters("Order")) == 1


def test_the_sweep_finds_it_without_a_broker(stripe, refund):
    assert tasks.sweep() == 1
    sent()
    assert tasks.sweep() == 0


def test_what_went_back_at_the_dashboard_is_done(stripe, refund):
    stripe.refund(refund.checkout.payment_intent)

    done = sent()

    assert (done.state, done.refund_id) == ("done", "")
    assert (order_of(refund).status, order_of(refund).held_for) == ("refunded", "")


def test_what_stripe_refuses_is_held_for_a_person(stripe, refund):
    stripe.dispute(refund.checkout.payment_intent)

    done = sent()

    assert (done.state, done.problem) == ("dead", "refused")
    assert (order_of(refund).status, order_of(refund).held_for) == ("paid", "refund-failed")


@pytest.mark.parametrize(
    ("fault", "problem"), [("429", "busy"), ("drop_after", "unreachable"), ("500", "broken")]
)
def test_while_stripe_is_away_it_is_tried_again_under_the_same_key(stripe, refund, fault, problem):
    faults = ["drop", fault] if fault == "drop_after" else [fault]
    for each in faults:
        stripe.fault(each, endpoint=REFUNDS)

    first = sent()
    sent(later=timedelta(seconds=11))

    assert (first.state, first.problem) == ("queued", problem)
    assert {each["idempotency_key"] for each in stripe.requests(REFUNDS)} == {f"refund-{refund.pk}"}
    if problem != "broken":  # which Stripe says again under the same key
        assert Refund.objects.get().state == "done"
        assert order_of(refund).status == "refunded"


def test_after_six_times_it_is_held_for_a_person(stripe, refund):
    stripe.fault("429", endpoint=REFUNDS, times=6)
    at = timezone.now()
    for _time in range(6):
        send_refund(refund=Refund.objects.select_related("checkout").get(), at=at)
        at = max(at, Refund.objects.get().due_at)

    assert (Refund.objects.get().state, Refund.objects.get().problem) == ("dead", "busy")
    assert order_of(refund).held_for == "refund-failed"


def asked_about(stripe, refund):
    return stripe.requests(f"GET /v1/checkout/sessions/{refund.checkout.session_id}")[1:]


def test_an_answer_from_before_another_was_stored_is_asked_for_anew(stripe, refund):
    stripe.latency(1.0)
    slow = meanwhile(sent)
    until(lambda: asked_about(stripe, refund))
    stripe.latency(0)
    look_up_checkout(checkout=refund.checkout, at=timezone.now())
    slow.result()
    stale = Refund.objects.get()
    done = sent(later=timedelta(seconds=11))

    assert (stale.state, stale.problem) == ("queued", "stale")
    assert done.state == "done"
    assert len(letters("Order")) == 1


def test_what_a_worker_did_whose_claim_was_taken_over_is_undone(stripe, refund):
    stripe.latency(1.0)
    slow = meanwhile(sent)
    until(lambda: asked_about(stripe, refund))
    assert Refund.objects.get().claim(timezone.now() + policy.OUTBOX_CLAIM)
    stripe.latency(0)
    slow.result()
    undone = order_of(refund).status
    sent(later=2 * policy.OUTBOX_CLAIM)

    assert undone == "paid"
    assert order_of(refund).status == "refunded"
    assert len({each["idempotency_key"] for each in stripe.requests(REFUNDS)}) == 1


def test_a_worker_that_comes_late_to_a_failure_holds_nothing(stripe, refund):
    stripe.dispute(refund.checkout.payment_intent)
    stripe.latency(1.0)
    slow = meanwhile(sent)
    until(lambda: stripe.requests(REFUNDS))
    assert Refund.objects.get().claim(timezone.now() + policy.OUTBOX_CLAIM)
    slow.result()

    assert order_of(refund).held_for == ""


@pytest.mark.parametrize("died", [True, False])
def test_the_last_try_that_comes_to_nothing_is_told_to_a_person_too(stripe, refund, died):
    Refund.objects.update(attempts=5)
    if died:
        assert Refund.objects.get().claim(timezone.now())
        Refund.objects.update(due_at=timezone.now())  # and the claim ran out
    else:
        stripe.latency(1.0)
        slow = meanwhile(sent)
        until(lambda: asked_about(stripe, refund))
        Checkout.objects.update(settlements=9)
        slow.result()
    sent(later=timedelta(hours=1))
    tasks.sweep()

    assert Refund.objects.get().state in {"done", "dead"}


def test_of_a_payment_that_was_made_twice_the_second_goes_back(stripe, buyer):
    order = an_order(buyer)
    first = opened(order)
    Checkout.objects.update(settled_at=timezone.now(), session_id=None)
    second = opened(order)
    intents = [stripe.pay(each.session_id)["payment_intent"]["id"] for each in (first, second)]
    hear(stripe, COMPLETED, COMPLETED)

    refund = called_off(now(order))
    sent()

    assert refund.checkout.payment_intent == intents[1]
    assert now(order).status == "paid"


def test_one_that_is_done_at_the_moment_it_is_given_up_holds_nothing(stripe, refund):
    at = timezone.now()
    Refund.objects.update(attempts=6, due_at=at)
    with transaction.atomic():
        settling.locked(refund.checkout.order_id)
        giving_up = meanwhile(lambda: give_up_refunds(at=at))
        time.sleep(0.4)  # it waits for the order
        Refund.objects.update(state="done")
    giving_up.result(timeout=30)

    assert order_of(refund).held_for == ""
    assert Refund.objects.get().state == "done"
