"""Pay Now: what Stripe is asked, and what people read while it does not answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Practice, User
from billing.models import Checkout, TokenOrder
from epcs_portal.audit.models import AuditEvent
from tests.billing.ordering import CREATE, NEW, PRACTICE, a_checkout, an_order, now, opened
from tests.pages import submit
from tests.tokens.reading import read

AWAY = (
    "We can't reach the payment service. Your order is saved and nothing was charged. "
    "Select Pay Now again in a minute."
)


def pay_page():
    return f"/epcs/orders/{TokenOrder.objects.get().pk}/pay/"


def test_stripe_is_asked_for_exactly_this(stripe, browser, buyer):
    Practice.objects.update(suite="Suite 200")
    submit(browser, NEW, **PRACTICE | {"suite": "Suite 200"})

    order, checkout = TokenOrder.objects.get(), Checkout.objects.get()
    [asked] = stripe.requests()
    kept = {"order": str(order.pk), "checkout": f"{order.pk}-1"}
    site = "https://portal.example.org/epcs/orders/"
    assert f"{asked['method']} {asked['path']}" == CREATE
    assert asked["params"] == {
        "mode": "payment",
        "line_items": [
            {
                "quantity": "1",
                "price_data": {
                    "currency": "usd",
                    "unit_amount": "3500",
                    "product_data": {"name": "Spare hardware token"},
                },
            }
        ],
        "client_reference_id": str(order.pk),
        "metadata": kept,
        "payment_intent_data": {
            "metadata": kept,
            "description": f"Spare hardware token, order {order.number}",
            "receipt_email": "sam@lakeside.example",
            "shipping": {
                "name": "Sam Nguyen, NP",
                "address": {
                    "line1": "48 Lake Street",
                    "line2": f"Suite 200, {buyer.practice.name}",
                    "city": "Burlington",
                    "state": "VT",
                    "postal_code": "05401",
                    "country": "US",
                },
            },
        },
        "customer_email": "sam@lakeside.example",
        "expires_at": str(int(checkout.expires_at.timestamp())),
        "success_url": f"{site}{order.pk}/?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{site}{order.pk}/pay/?canceled=1",
    }
    assert asked["version"] == "2026-10-28.endive"
    assert asked["idempotency_key"] == checkout.idempotency_key == kept["checkout"]
    assert asked["status"] == 200


def test_the_checkout_and_the_order_know_what_came_of_it(stripe, browser, buyer):
    submit(browser, NEW, **PRACTICE)

    [session] = stripe.sessions()
    order, checkout = TokenOrder.objects.get(), Checkout.objects.get()
    assert (checkout.session_id, checkout.url) == (session["id"], session["url"])
    assert (order.status, order.previous) == ("awaiting-payment", "draft")
    assert str(checkout) == f"checkout 1 of order {order.number}"
    begun = AuditEvent.objects.get(event="order.payment_begun")
    assert (begun.actor, begun.facts) == (buyer, {"attempt": 1})


def test_who_has_no_email_is_asked_for_one_there(stripe, buyer):
    buyer.email = ""
    buyer.save()

    a_checkout(buyer)

    [asked] = stripe.requests()
    assert asked["status"] == 200
    assert "customer_email" not in asked["params"]
    assert "receipt_email" not in asked["params"]["payment_intent_data"]


@pytest.mark.parametrize("typed", [PRACTICE, PRACTICE | {"suite": "2"}])
def test_no_part_of_any_request_is_one_that_stripe_refuses(stripe, buyer, typed):
    Practice.objects.update(suite=typed["suite"])

    a_checkout(User.objects.get(), **typed)

    assert [each["status"] for each in stripe.requests()] == [200]


def test_pay_now_again_opens_nothing_new(stripe, browser, buyer):
    checkout = a_checkout(buyer)

    again = opened(checkout.order)

    assert again == checkout
    assert len(stripe.requests()) == 1


# What goes wrong, the second of the library's own try under the same key; whether that is spent.
FAULTS = [
    (["402"], True),
    (["409", "409"], False),
    (["429"], False),
    (["500"], True),
    (["drop", "drop"], False),
    (["drop", "drop_after"], False),
    (["timeout_before", "timeout_before"], False),
    (["timeout_before", "timeout_after"], False),
]


@pytest.mark.parametrize(("faults", "is_spent"), FAULTS)
def test_whatever_goes_wrong_the_order_is_kept_and_pay_now_works_again(
    stripe, browser, buyer, impatient, faults, is_spent
):
    order = an_order(buyer)
    for fault in faults:
        stripe.fault(fault, endpoint=CREATE)
    refused = read(submit(browser, pay_page()))
    then, before = now(order).status, keys(stripe)
    page = submit(browser, pay_page())

    assert AWAY in refused
    assert (then, now(order).status) == ("draft", "awaiting-payment")
    assert before == {f"{order.pk}-1"}
    assert keys(stripe) == before | ({f"{order.pk}-2"} if is_spent else set())
    assert page.status_code == 302
    [session] = stripe.sessions()
    assert Checkout.objects.get(settled_at=None).session_id == session["id"]


def keys(stripe):
    return {each["idempotency_key"] for each in stripe.requests()}


@pytest.mark.parametrize("fault", ["409", "drop", "drop_after"])
def test_what_goes_wrong_once_nobody_notices(stripe, buyer, fault):
    stripe.fault(fault)

    checkout = a_checkout(buyer)

    assert [each["id"] for each in stripe.sessions()] == [checkout.session_id]


def test_a_wrong_key_is_for_the_operator_to_mend(stripe, browser, buyer, settings):
    right, settings.STRIPE_SECRET_KEY = settings.STRIPE_SECRET_KEY, "sk_test_other"
    order = an_order(buyer)
    refused = read(submit(browser, pay_page()))
    settings.STRIPE_SECRET_KEY = right

    assert AWAY in refused
    assert opened(order).idempotency_key == f"{order.pk}-1"
    assert [each["status"] for each in stripe.requests()] == [401, 200]


def test_the_first_form_leads_to_a_page_that_says_so(stripe, browser):
    stripe.fault("429")

    answer = submit(browser, NEW, **PRACTICE)

    page = read(browser.get(answer.url))
    assert "We can't reach the payment service" in page
    assert "Your order is saved and nothing was charged." in page
    assert TokenOrder.objects.get().status == "draft"


def test_after_a_day_the_page_of_before_is_not_shown_and_another_is_opened(stripe, browser, buyer):
    checkout = a_checkout(buyer)
    Checkout.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    stale = browser.get(pay_page())
    submit(browser, pay_page())

    assert checkout.url not in stale.text
    [old, new] = stripe.sessions()
    assert (old["status"], new["status"]) == ("expired", "open")
    assert new["url"] in browser.get(pay_page()).text
