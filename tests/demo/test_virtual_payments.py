"""The demo's payment service answers as Stripe does, and tells the portal by the same webhook."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from billing import checkouts, tasks
from billing.flows.look_up_checkout import look_up_checkout
from billing.models import Checkout, PaymentEvent, TokenOrder
from billing.payments.processor import PaymentFailed, processor
from epcs_portal.delivery.models import Message
from epcs_portal.demo import payments
from epcs_portal.demo.models import VirtualCheckout, VirtualNetwork, VirtualPaymentEvent
from epcs_portal.demo.paying import CARDS, CardDeclined, PaymentPageClosed, pay_with_card
from epcs_portal.demo.payment_notices import send
from epcs_portal.demo.tasks import send_payment_event, sweep_payment_events
from tests import factories
from tests.billing.conftest import portal
from tests.billing.ordering import a_checkout

assert portal  # a fixture
GOOD, BAD = CARDS["4242424242424242"], CARDS["4000000000000002"]


@pytest.fixture
def checkout(cloned_db) -> Checkout:
    return a_checkout(factories.a_prescriber())


@pytest.fixture
def virtual(checkout) -> VirtualCheckout:
    return VirtualCheckout.objects.get()


def pay(virtual: VirtualCheckout) -> None:
    pay_with_card(virtual, card=GOOD, email="pay@lakeside.example", at=timezone.now())


def test_one_key_is_one_checkout_and_takes_no_other_words(checkout):
    request = checkouts.request_of(checkout)

    again = processor().open(request)

    assert (again.session_id, again.url) == (checkout.session_id, checkout.url)
    with pytest.raises(PaymentFailed):
        processor().open(replace(request, price_cents=1))
    assert VirtualCheckout.objects.count() == 1


def test_it_is_paid_once_and_never_after_its_end(virtual):
    with pytest.raises(CardDeclined):
        pay_with_card(virtual, card=BAD, email="pay@lakeside.example", at=timezone.now())
    pay(virtual)
    with pytest.raises(PaymentPageClosed):
        pay(virtual)  # as it was read before
    virtual.refresh_from_db()
    with pytest.raises(PaymentPageClosed):
        pay(virtual)

    assert VirtualPaymentEvent.objects.count() == 1


def test_what_is_withdrawn_is_over_and_what_was_paid_stays_paid(virtual, checkout):
    processor().withdraw(virtual.session_id)
    processor().withdraw(virtual.session_id)

    facts = processor().look_up(virtual.session_id)
    assert facts is not None
    assert (facts.is_over, facts.is_paid) == (True, False)
    [event] = VirtualPaymentEvent.objects.all()
    assert "checkout.session.expired" in event.body
    assert processor().look_up("cs_demo_unknown") is None


def test_a_refund_is_sent_once(virtual):
    pay(virtual)
    intent = VirtualCheckout.objects.get().payment_intent

    names = {processor().refund(intent, key="refund-1") for _time in range(2)}

    facts = processor().look_up_payment(intent)
    assert facts is not None
    assert (len(names), facts.refunded_cents) == (1, 3500)
    assert VirtualPaymentEvent.objects.count() == 2
    with pytest.raises(PaymentFailed):
        processor().refund("pi_demo_unknown", key="refund-2")


def test_the_portal_is_told_by_its_webhook_and_the_order_is_paid(virtual, portal, settings):
    settings.PORTAL_URL = portal
    pay(virtual)

    send_payment_event(event_id=VirtualPaymentEvent.objects.get().event_id)
    send_payment_event(event_id="evt_demo_unknown")

    assert VirtualPaymentEvent.objects.get().state == "done"
    tasks.apply_event(event_id=PaymentEvent.objects.get().event_id)
    assert TokenOrder.objects.get().status == "paid"
    assert Message.objects.get().recipient == "pay@lakeside.example"


def test_what_the_portal_does_not_take_is_sent_again_six_times(virtual, portal, settings):
    settings.PORTAL_URL, settings.STRIPE_WEBHOOK_SECRETS = portal, ["whsec_one"]
    pay(virtual)
    event = VirtualPaymentEvent.objects.get()
    settings.PORTAL_URL = "http://127.0.0.1:9"
    assert sweep_payment_events() == 1
    event.refresh_from_db()
    assert (event.state, event.problem) == ("queued", "not-taken")

    for attempt in range(2, 8):
        event.refresh_from_db()
        send(event, at=timezone.now() + timedelta(hours=attempt))

    event.refresh_from_db()
    assert (event.state, event.attempts) == ("dead", 6)


def test_a_lost_notice_is_made_up_for_by_asking(virtual, checkout):
    VirtualNetwork.objects.create(payment_events_get_lost=True)
    pay(virtual)
    assert sweep_payment_events() == 0

    look_up_checkout(checkout=checkout, at=timezone.now())

    assert TokenOrder.objects.get().status == "paid"
    assert VirtualPaymentEvent.objects.get().problem == "lost"


def test_while_it_is_down_it_answers_nothing(virtual, checkout):
    VirtualNetwork.objects.create(payments_are_down=True)

    for ask in (
        lambda: processor().look_up(virtual.session_id),
        lambda: processor().look_up_payment("pi"),
        lambda: processor().withdraw(virtual.session_id),
        lambda: processor().refund("pi", key="k"),
        lambda: processor().open(checkouts.request_of(checkout)),
    ):
        with pytest.raises(PaymentFailed):
            ask()
    assert payments.checkout_by_id(virtual.pk) == virtual
    assert str(virtual) == f"virtual checkout {virtual.session_id}"
    assert not VirtualPaymentEvent.objects.exists()
