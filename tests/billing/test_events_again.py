"""An event that could not be looked into: Stripe was away, a worker died, or it is not ours."""

from __future__ import annotations

from datetime import timedelta

import pytest
import stripe as library
from django.conf import settings as policy
from django.utils import timezone

from billing.flows.apply_event import apply_event
from billing.flows.look_up_checkout import look_up_checkout
from billing.flows.revive_events import revive_events
from billing.models import Checkout, PaymentEvent
from epcs_portal.audit.models import AuditEvent
from tests.billing.ordering import (
    COMPLETED,
    a_checkout,
    apply_all,
    hear,
    letters,
    meanwhile,
    now,
    the_event,
    until,
)
from tests.billing.stand_in import KEY
from tokens.models import Reservation

SESSION = "GET /v1/checkout/sessions/{id}"


@pytest.fixture
def paid(stripe, buyer):
    """A checkout that was paid, and an event of it that waits."""
    checkout = a_checkout(buyer)
    stripe.pay(checkout.session_id)
    stripe.deliver(stripe.events(COMPLETED)[0])
    return checkout


def tried(times):
    """Let a worker try as often, each time when it is due; return when the last was."""
    for _time in range(times):
        at = the_event().due_at
        apply_event(event=the_event(), at=at)
    return at


@pytest.mark.parametrize(
    ("faults", "problem"),
    [(["429"], "busy"), (["500"], "broken"), (["drop", "drop"], "unreachable")],
)
def test_while_stripe_is_away_it_is_tried_again(stripe, paid, faults, problem):
    for fault in faults:
        stripe.fault(fault, endpoint=SESSION)
    begun = tried(1)
    event = the_event()
    then = (event.state, event.problem, event.due_at - begun, now(paid.order).status)
    stripe.fault("429")
    tried(2)

    assert then == ("queued", problem, timedelta(seconds=10), "awaiting-payment")
    assert the_event().state == "done"
    assert now(paid.order).status == "paid"


def test_after_six_times_it_lies_dead_and_is_taken_up_again_for_days(stripe, paid):
    stripe.fault("429", endpoint=SESSION, times=6)
    at = tried(6)
    dead = (the_event().state, the_event().problem, the_event().attempts)
    apply_event(event=the_event(), at=at + timedelta(hours=1))
    asked = len(stripe.requests())
    revived = revive_events(at=at)
    apply_all(at=at)

    assert dead == ("dead", "busy", 6)
    assert asked == 1 + 6
    assert revived == 1
    assert (the_event().state, now(paid.order).status) == ("done", "paid")


def test_one_whose_worker_died_six_times_is_taken_up_again_too(stripe, paid):
    at = timezone.now()
    for _time in range(6):
        assert the_event().claim(at)
        at += policy.OUTBOX_CLAIM
    unclaimed = the_event().claim(at)
    revive_events(at=at)
    apply_all(at=at)

    assert unclaimed is False
    assert now(paid.order).status == "paid"


def test_after_three_days_it_is_left_alone(stripe, paid):
    PaymentEvent.objects.update(state="dead", problem="busy")
    late = the_event().received_at + policy.PAYMENT_EVENTS_TRIED_FOR

    assert revive_events(at=late) == 0
    assert revive_events(at=late - timedelta(seconds=1)) == 1


def test_a_wrong_key_of_ours_is_tried_again(stripe, paid, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    tried(1)

    assert (the_event().state, the_event().problem) == ("queued", "not-let-in")


def test_what_is_done_or_claimed_is_not_looked_into_again(stripe, paid):
    at = timezone.now()
    event = the_event()
    assert event.claim(at)
    apply_event(event=the_event(), at=at)
    claimed = len(stripe.requests(f"GET /v1/checkout/sessions/{paid.session_id}"))
    event.finish()
    apply_event(event=the_event(), at=at)

    assert claimed == 0
    assert now(paid.order).status == "awaiting-payment"


def asked_about(stripe, checkout):
    return stripe.requests(f"GET /v1/checkout/sessions/{checkout.session_id}")


def test_what_a_worker_did_whose_claim_was_taken_over_is_undone(stripe, paid):
    at = timezone.now()
    stripe.latency(1.0)
    slow = meanwhile(lambda: apply_event(event=the_event(), at=at))
    until(lambda: asked_about(stripe, paid))
    other = the_event()
    assert other.claim(at + policy.OUTBOX_CLAIM)
    slow.result()
    undone = now(paid.order).status, letters(), Reservation.objects.count()
    events = AuditEvent.objects.filter(event="order.paid").count()
    stripe.latency(0)
    apply_event(event=the_event(), at=at + 2 * policy.OUTBOX_CLAIM)

    assert (*undone, events) == ("awaiting-payment", [], 0, 0)
    assert (the_event().state, the_event().attempts) == ("done", 3)
    assert now(paid.order).status == "paid"
    assert len(letters("Your receipt")) == 1


def test_an_answer_from_before_another_was_stored_is_asked_for_anew(stripe, paid):
    stripe.latency(1.0)
    slow = meanwhile(lambda: apply_event(event=the_event(), at=timezone.now()))
    until(lambda: asked_about(stripe, paid))
    stripe.latency(0)
    look_up_checkout(checkout=paid, at=timezone.now())
    paid_by_then = now(paid.order).status
    slow.result()
    stale = (the_event().state, the_event().problem)
    apply_all(at=the_event().due_at)

    assert (paid_by_then, stale) == ("paid", ("queued", "stale"))
    assert (the_event().state, the_event().problem) == ("done", "")
    assert len(letters("Your receipt")) == 1


def test_an_answer_that_is_old_the_sixth_time_lies_dead_and_comes_again(stripe, paid):
    PaymentEvent.objects.update(attempts=5)
    stripe.latency(1.0)
    slow = meanwhile(lambda: apply_event(event=the_event(), at=timezone.now()))
    until(lambda: asked_about(stripe, paid))
    stripe.latency(0)
    look_up_checkout(checkout=paid, at=timezone.now())
    slow.result()

    assert (the_event().state, the_event().problem) == ("dead", "stale")


def somebody_elses(stripe, **changed):
    client = library.StripeClient(KEY, base_addresses={"api": stripe.address})
    price = {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Something"}}
    item = {"quantity": 1, "price_data": price}
    params = {"mode": "payment", "line_items": [item], "success_url": "https://shop.example.org/"}
    return client.v1.checkout.sessions.create(params | changed).id


@pytest.mark.parametrize("kind", [COMPLETED, "charge.refunded"])
def test_a_payment_of_somebody_else_is_not_ours(stripe, buyer, kind):
    session = somebody_elses(stripe)
    stripe.refund(stripe.pay(session)["payment_intent"]["id"])

    hear(stripe, kind)

    assert (the_event(kind).state, the_event(kind).problem) == ("dead", "not-ours")
    assert revive_events(at=timezone.now()) == 0
    assert not AuditEvent.objects.exists()


def test_an_event_about_what_stripe_does_not_know_is_not_ours(stripe, buyer):
    at = timezone.now()
    known = {"happened_at": at, "received_at": at, "due_at": at}
    for name, what in (("evt_1", {"session_id": "cs_9"}), ("evt_2", {"payment_intent": "pi_9"})):
        PaymentEvent.objects.create(event_id=name, kind="any", **what, **known)
    PaymentEvent.objects.create(event_id="evt_3", kind="charge.refunded", **known)

    apply_all(at=at)

    assert set(PaymentEvent.objects.values_list("state", "problem")) == {("dead", "not-ours")}


@pytest.mark.parametrize("kinds", [[COMPLETED], ["charge.refunded", COMPLETED]])
def test_a_session_whose_name_was_never_written_down_is_known_by_its_key(stripe, buyer, kinds):
    checkout = a_checkout(buyer)
    Checkout.objects.update(session_id=None, url="")
    stripe.refund(stripe.pay(checkout.session_id)["payment_intent"]["id"], amount=100)

    hear(stripe, *kinds)

    assert Checkout.objects.get().session_id == checkout.session_id
    assert now(checkout.order).status == "paid"
