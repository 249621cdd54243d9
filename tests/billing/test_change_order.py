"""An unpaid order goes elsewhere: the old payment page is closed, and another one opened."""

from __future__ import annotations

import pytest
from django.utils import timezone

from billing.flows.begin_payment import begin_payment
from billing.flows.look_up_checkout import look_up_checkout
from billing.models import Checkout, TokenOrder
from billing.refusals import OrderIsChecked, OrderNotPayable, PaymentUnavailable
from epcs_portal.audit.models import AuditEvent
from tests.billing.ordering import (
    CREATE,
    EXPIRED,
    NEW,
    PRACTICE,
    a_checkout,
    an_order,
    hear,
    meanwhile,
    now,
    opened,
    until,
)
from tests.pages import submit
from tests.tokens.reading import read

NINE = PRACTICE | {"zip_code": "05401-1234"}  # the same place, spelled another way


def requested(stripe):
    return [f"{each['method']} {each['path'].rpartition('/')[2]}" for each in stripe.requests()]


def statuses(stripe):
    return [each["status"] for each in stripe.sessions()]


def test_the_old_page_is_expired_and_a_new_one_has_a_key_of_its_own(stripe, browser, buyer):
    old = a_checkout(buyer)

    answer = submit(browser, NEW, **NINE)

    new = Checkout.objects.get(settled_at=None)
    assert statuses(stripe) == ["expired", "open"]
    assert [each["idempotency_key"] for each in stripe.requests(CREATE)] == [
        old.idempotency_key,
        new.idempotency_key,
    ]
    assert new.idempotency_key == f"{old.order.pk}-2"
    assert new.asked["address"]["postal_code"] == "05401-1234"
    page = browser.get(answer.url).text
    assert new.url in page
    assert old.url not in page


def test_before_pay_now_the_page_of_before_is_not_shown(stripe, browser, buyer):
    old = a_checkout(buyer)

    an_order(buyer, **NINE)

    assert old.url not in browser.get(f"/epcs/orders/{old.order.pk}/pay/").text


def test_the_event_of_the_old_page_ends_nothing(stripe, browser, buyer):
    submit(browser, NEW, **PRACTICE)
    submit(browser, NEW, **NINE)

    hear(stripe, EXPIRED)

    assert TokenOrder.objects.get().status == "awaiting-payment"
    assert Checkout.objects.filter(settled_at=None).count() == 1


def test_one_that_was_paid_meanwhile_is_paid(stripe, browser, buyer):
    old = a_checkout(buyer)
    an_order(buyer, **NINE)
    stripe.pay(old.session_id)

    answer = submit(browser, f"/epcs/orders/{old.order.pk}/pay/")

    assert now(old.order).status == "paid"
    assert answer.url.startswith(f"/epcs/orders/{old.order.pk}/?done=")
    assert "Your token is ordered" in read(browser.get(answer.url))
    assert len(stripe.sessions()) == 1


@pytest.mark.parametrize("endpoint", ["POST /v1/checkout/sessions/{id}/expire", CREATE])
def test_while_stripe_is_away_the_order_has_the_new_address(stripe, browser, buyer, endpoint):
    old = a_checkout(buyer)
    stripe.fault("429", endpoint=endpoint)

    answer = submit(browser, NEW, **NINE)

    page = read(browser.get(answer.url))
    assert old.url not in page
    assert "Pay Now" in page
    assert now(old.order).zip_code == "05401-1234"
    submit(browser, f"/epcs/orders/{old.order.pk}/pay/")
    assert statuses(stripe) == ["expired", "open"]


def test_a_page_that_stripe_does_not_know_is_left_until_it_could_not_be_paid(stripe, buyer):
    old = a_checkout(buyer)
    Checkout.objects.update(session_id="cs_test_of_another_account")
    an_order(buyer, **NINE)

    with pytest.raises(PaymentUnavailable):
        opened(old.order)

    assert now(old.order).status == "awaiting-payment"
    assert Checkout.objects.get().settled_at is None
    assert len(stripe.requests(CREATE)) == 1


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"held_for": "other-amount", "held_at": timezone.now()}, OrderIsChecked),
        ({"status": "canceled", "previous": "draft"}, OrderNotPayable),
    ],
)
def test_what_is_checked_or_over_is_not_paid(stripe, buyer, columns, refusal):
    order = an_order(buyer)
    order.set(**columns)

    with pytest.raises(refusal):
        begin_payment(order=order, actor=buyer, authority=None, at=timezone.now())

    assert stripe.requests() == []
    refused = AuditEvent.objects.get(event="order.refused")
    assert refused.facts == {"outcome": refusal.code}


def test_who_died_before_the_answer_was_stored_asks_the_same_again(stripe, buyer):
    old = a_checkout(buyer)
    Checkout.objects.update(session_id=None, url="")

    again = opened(old.order)

    assert (again.session_id, again.url) == (old.session_id, old.url)
    assert [each["replayed"] for each in stripe.requests(CREATE)] == [False, True]
    assert len(stripe.sessions()) == 1


def test_a_page_opened_for_the_address_of_before_is_withdrawn_at_once(stripe, buyer):
    order = an_order(buyer)
    stripe.fault("429")
    with pytest.raises(PaymentUnavailable):
        opened(order)
    an_order(buyer, **NINE)

    checkout = opened(order)

    assert requested(stripe)[:3] == ["POST sessions", "POST sessions", "POST expire"]
    assert statuses(stripe) == ["expired", "open"]
    assert checkout.session_id == stripe.sessions()[1]["id"]


def test_a_click_whose_request_broke_finds_what_another_click_opened(stripe, buyer, impatient):
    order = an_order(buyer)
    stripe.fault("timeout_before", endpoint=CREATE)
    first = meanwhile(lambda: opened(order))
    until(stripe.requests)

    second = opened(order)
    stripe.fault("drop", endpoint=CREATE)

    assert first.result() == second
    assert len(stripe.sessions()) == 1
    assert [each["status"] for each in stripe.requests()] == [0, 200, 0]


def test_an_answer_that_is_older_than_what_is_stored_is_thrown_away(stripe, buyer):
    old = a_checkout(buyer)
    an_order(buyer, **NINE)
    stripe.latency(1.5)
    slow = meanwhile(lambda: opened(old.order))
    until(lambda: f"GET {old.session_id}" in requested(stripe))
    stripe.latency(0)
    look_up_checkout(checkout=old, at=timezone.now())

    new = slow.result()

    assert statuses(stripe) == ["expired", "open"]
    assert new.session_id == stripe.sessions()[1]["id"]
    assert old.settlements == Checkout.objects.get(pk=old.pk).settlements - 1
