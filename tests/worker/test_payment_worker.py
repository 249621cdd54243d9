"""A worker that looks into payments, killed at each of its steps: the sum is right afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from billing.flows.call_off_order import call_off_order
from billing.models import Checkout, PaymentEvent, Refund, TokenOrder
from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.delivery.models import Message
from tests import factories
from tests.billing import conftest as billing
from tests.billing.ordering import COMPLETED, a_checkout, a_paid_order, now
from tests.billing.stand_in import Stripe
from tests.brokers import sending_to
from tests.services.serving import free_port
from tests.worker.conftest import beating
from tests.worker.running import running, wait_until
from tokens.models import Reservation

portal, stripe, stripe_stand_in = billing.portal, billing.stripe, billing.stripe_stand_in
buyer = billing.buyer
LONG = 8.0  # seconds
LOOK_UP = "GET /v1/checkout/sessions/{}"


@pytest.fixture
def environment(environment, stripe) -> dict[str, str]:
    return {**environment, "EPCS_TEST_STRIPE_URL": stripe.address}


@pytest.fixture
def checkout(buyer) -> Checkout:
    return a_checkout(buyer)


def paid_for(stripe: Stripe, checkout: Checkout) -> PaymentEvent:
    """The buyer has paid, and Stripe has told of it."""
    stripe.pay(checkout.session_id)
    [event] = stripe.events(COMPLETED)
    assert stripe.deliver(event) == [200]
    return PaymentEvent.objects.get()


def is_done() -> bool:
    return not PaymentEvent.objects.exclude(state="done").exists()


def the_sum_is_right() -> None:
    order = TokenOrder.objects.get()
    assert (order.status, order.held_for) == ("paid", "")
    assert Message.objects.count() == Reservation.objects.count() == 1
    assert AuditEvent.objects.filter(event="order.paid").count() == 1
    assert Checkout.objects.get().paid_at == order.paid_at


def test_killed_before_it_begins(redis, environment, stripe, checkout, tmp_path):
    paid_for(stripe, checkout)
    redis.flushdb()  # the task died with its worker

    with (
        beating("beat-payments", environment=environment, folder=tmp_path),
        running("begins", environment=environment),
    ):
        wait_until(is_done)

    the_sum_is_right()


def test_killed_while_it_asks(redis, environment, stripe, checkout, tmp_path):
    stripe.latency(LONG)
    paid_for(stripe, checkout)
    asking = LOOK_UP.format(checkout.session_id)
    with running("killed-asking", environment=environment) as worker:
        wait_until(lambda: PaymentEvent.objects.get().state == "claimed")
        worker.kill()
    assert now(checkout.order).status == "awaiting-payment"
    stripe.latency(0)

    with (
        beating("beat-asking", environment=environment, folder=tmp_path),
        running("asks-again", environment=environment),
    ):
        wait_until(is_done)

    the_sum_is_right()
    assert stripe.requests(asking)


def test_killed_while_it_stores(redis, environment, stripe, checkout, tmp_path):
    """On PostgreSQL: the head of the practice's chain, which is taken last, is held meanwhile."""
    paid_for(stripe, checkout)
    with running("killed-storing", environment=environment) as worker, transaction.atomic():
        chain = checkout.order.user.audit_chain
        ChainHead.objects.select_for_update().get(pk=chain)
        wait_until(lambda: bool(stripe.requests(LOOK_UP.format(checkout.session_id))))
        worker.kill()
    assert (now(checkout.order).status, Message.objects.count()) == ("awaiting-payment", 0)

    with (
        beating("beat-storing", environment=environment, folder=tmp_path),
        running("stores-again", environment=environment),
    ):
        wait_until(is_done)

    the_sum_is_right()


def test_killed_when_it_has_stored_and_told_once_more(
    redis, environment, stripe, checkout, tmp_path
):
    paid_for(stripe, checkout)
    with running("killed-after", environment=environment) as worker:
        wait_until(is_done)
        worker.kill()  # it may not have acknowledged the task

    assert stripe.deliver(stripe.events(COMPLETED)[0], times=2) == [200, 200]
    other = {"kind": COMPLETED, "session_id": checkout.session_id, "event_id": f"evt_{uuid4()}"}
    at = timezone.now()
    PaymentEvent.objects.create(happened_at=at, received_at=at, due_at=at, **other)
    with (
        beating("beat-after", environment=environment, folder=tmp_path),
        running("after", environment=environment),
    ):
        wait_until(is_done)

    the_sum_is_right()
    assert PaymentEvent.objects.count() == 2


def test_killed_while_it_sends_a_refund_which_is_sent_once(
    redis, environment, stripe, buyer, tmp_path
):
    order = a_paid_order(stripe, buyer)
    agent = factories.a_person(is_staff=True)
    stripe.latency(LONG)
    call_off_order(order=order, reason="Asked.", agent=agent, at=timezone.now())
    with running("killed-refunding", environment=environment) as worker:
        wait_until(lambda: Refund.objects.get().state == "claimed")
        worker.kill()
    stripe.latency(0)

    with (
        beating("beat-refund", environment=environment, folder=tmp_path),
        running("refunds", environment=environment),
    ):
        wait_until(lambda: Refund.objects.get().state == "done")

    asked = stripe.requests("POST /v1/refunds")
    assert len({each["idempotency_key"] for each in asked}) == 1
    assert len(stripe.events("refund.created")) == 1
    assert now(order).status == "refunded"


def test_without_a_broker_the_event_is_taken_and_found_later(
    redis, environment, stripe, checkout, tmp_path
):
    with sending_to(f"redis://127.0.0.1:{free_port()}/0"):
        event = paid_for(stripe, checkout)
    assert event.state == "queued"

    with (
        beating("beat-no-broker", environment=environment, folder=tmp_path),
        running("no-broker", environment=environment),
    ):
        wait_until(is_done)

    the_sum_is_right()


def test_a_payment_of_which_nobody_told_is_found_by_asking(
    redis, environment, stripe, checkout, tmp_path
):
    stripe.pay(checkout.session_id)
    Checkout.objects.update(opened_at=timezone.now() - timedelta(minutes=6))
    TokenOrder.objects.update(changed_at=timezone.now() - timedelta(minutes=7))

    with (
        beating("beat-lost", environment=environment, folder=tmp_path),
        running("asks-by-itself", environment=environment),
    ):
        wait_until(lambda: now(checkout.order).status == "paid")

    the_sum_is_right()
    assert not PaymentEvent.objects.exists()
