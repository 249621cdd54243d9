"""The buyer calls off what was not paid."""

from __future__ import annotations

import pytest
from django.utils import timezone

from billing.flows.cancel_order import cancel_order
from billing.flows.look_up_checkout import look_up_checkout
from billing.models import Checkout, TokenOrder
from billing.refusals import NotCancelable, OrderIsChecked, PaymentUnavailable
from epcs_portal.audit.models import AuditEvent
from tests.billing.ordering import (
    COMPLETED,
    a_checkout,
    a_paid_order,
    an_order,
    hear,
    now,
    opened,
)
from tests.tokens.reading import read


def button_on(browser, order):
    """The form of the button that cancels: the last of the page."""
    page = browser.get(f"/epcs/orders/{order.pk}/pay/").text
    return {"form_key": page.rpartition('name="form_key" value="')[2].partition('"')[0]}


def press(browser, order, form):
    return browser.post(f"/epcs/orders/{order.pk}/cancel/", form)


def canceled(browser, order):
    return press(browser, order, button_on(browser, order))


def test_the_button_ends_the_order_and_says_so(stripe, browser, buyer):
    order = a_checkout(buyer).order

    answer = canceled(browser, order)

    page = read(browser.get(answer.url))
    order = now(order)
    assert (order.status, order.ended_at is not None) == ("canceled", True)
    assert "The order was canceled" in page
    assert "Nothing was charged." in page
    event = AuditEvent.objects.get(event="order.canceled")
    assert (event.person, event.actor, event.subject) == (buyer, buyer, str(order))
    assert "This order was canceled" in read(browser.get(f"/epcs/orders/{order.pk}/", follow=True))


def test_a_worker_closes_the_page_on_which_it_could_be_paid(stripe, buyer):
    checkout = a_checkout(buyer)
    cancel_order(order=checkout.order, actor=buyer, at=timezone.now())

    look_up_checkout(checkout=Checkout.objects.get(), at=timezone.now())

    assert [each["status"] for each in stripe.sessions()] == ["expired"]
    assert Checkout.objects.get().settled_at is not None
    hear(stripe, "checkout.session.expired")
    assert now(checkout.order).status == "canceled"


def test_a_checkout_that_was_never_opened_is_done_with(buyer, settings):
    settings.STRIPE_API_URL = "http://127.0.0.1:1"
    order = an_order(buyer)
    with pytest.raises(PaymentUnavailable):
        opened(order)
    cancel_order(order=order, actor=buyer, at=timezone.now())

    look_up_checkout(checkout=Checkout.objects.select_related("order").get(), at=timezone.now())

    assert Checkout.objects.get().settled_at is not None


def test_after_that_another_is_ordered(stripe, browser, buyer):
    first = an_order(buyer)
    canceled(browser, first)

    second = an_order(buyer)

    assert second != first
    assert TokenOrder.objects.count() == 2


def test_what_was_paid_is_not_canceled_by_who_sees_the_page_of_before(stripe, browser, buyer):
    checkout = a_checkout(buyer)
    form = button_on(browser, checkout.order)
    stripe.pay(checkout.session_id)
    hear(stripe, COMPLETED)

    page = read(press(browser, checkout.order, form))

    assert "This order was paid, so it can't be canceled here. Call support to send it" in page
    assert "Pay Now" not in page
    assert "Continue to payment" not in page
    assert now(checkout.order).status == "paid"
    event = AuditEvent.objects.get(event="order.not_moved")
    assert event.facts == {"outcome": "order-not-cancelable"}


def test_the_flow_refuses_what_was_paid(stripe, buyer):
    order = a_paid_order(stripe, buyer)

    with pytest.raises(NotCancelable):
        cancel_order(order=order, actor=buyer, at=timezone.now())

    assert now(order).status == "paid"


def test_what_support_checks_is_not_canceled(stripe, buyer):
    checkout = a_checkout(buyer)
    stripe.pay(checkout.session_id, amount=100)
    hear(stripe, COMPLETED)

    with pytest.raises(OrderIsChecked):
        cancel_order(order=checkout.order, actor=buyer, at=timezone.now())

    assert now(checkout.order).status == "awaiting-payment"


def test_a_second_click_gets_the_same_answer(stripe, browser, buyer):
    order = an_order(buyer)
    form = button_on(browser, order)

    first, second = (press(browser, order, form) for _time in range(2))

    assert first.url == second.url
    assert AuditEvent.objects.filter(event="order.canceled").count() == 1


def test_canceling_takes_a_post_with_the_button_of_the_page(stripe, browser, buyer):
    order = an_order(buyer)

    opened, made_up = browser.get(f"/epcs/orders/{order.pk}/cancel/"), press(browser, order, {})

    assert opened.status_code == 405
    assert "so nothing was done. Enter it again." in read(made_up)
    assert now(order).status == "draft"
