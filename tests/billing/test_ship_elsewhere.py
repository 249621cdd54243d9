"""To another address than the practice's: after a step-up, and everybody is told (C-23)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.utils import timezone

from billing.flows.begin_payment import begin_payment
from billing.models import TokenOrder
from billing.refusals import AddressNotVerified
from epcs_portal.audit.models import AuditEvent
from epcs_portal.refusals import Refusal
from tests import factories
from tests.billing.ordering import (
    COMPLETED,
    CREATE,
    HOME,
    NEW,
    PRACTICE,
    a_checkout,
    an_order,
    hear,
    now,
    shipped,
)
from tests.pages import submit
from tests.tokens.reading import choose, read
from tokens.models import SecurityNotice

STEP_UP = "/epcs/verify/token/"


@pytest.fixture
def fob(buyer):
    return factories.a_hard_token(buyer)[1]


def notices():
    return list(SecurityNotice.objects.values_list("change", "subject"))


def test_the_way_leads_through_a_step_up_to_the_payment_page(stripe, browser, fob):
    pay = submit(browser, NEW, **HOME).url
    asked = browser.get(pay)
    why = read(browser.get(asked.url))
    before = stripe.requests(), notices()
    method = choose(browser, asked.url)
    back = submit(browser, method.url, otp=fob.press(), next=pay)
    page = read(browser.get(back.url))
    submit(browser, f"/epcs/orders/{TokenOrder.objects.get().pk}/pay/")

    order = TokenOrder.objects.get()
    assert asked.url.startswith("/epcs/verify/?for=ship-elsewhere&next=%2Fepcs%2Forders%2F")
    assert "Before you have a token sent to this address, confirm your identity." in why
    assert before == ([], [])
    assert "You verified it's you. We tell everybody on your account where this" in page
    assert order.status == "awaiting-payment"
    assert order.verified_at is not None
    assert notices() == [("spare-elsewhere", f"order {order.number}, to Winooski, VT")]
    [created] = stripe.requests(CREATE)
    shipping = created["params"]["payment_intent_data"]["shipping"]
    assert shipping["address"]["line1"] == "7 Cedar Lane"


def test_everybody_is_told_once_however_often_it_is_tried(stripe, browser, fob):
    submit(browser, STEP_UP, otp=fob.press())
    submit(browser, NEW, **HOME)
    page = f"/epcs/orders/{TokenOrder.objects.get().pk}/pay/"
    stripe.fault("429")

    refused, opened = submit(browser, page), submit(browser, page)

    assert (refused.status_code, opened.status_code) == (200, 302)
    assert len(notices()) == 1


def test_a_form_that_is_posted_without_a_step_up_opens_nothing(stripe, browser, buyer):
    order = an_order(buyer, **HOME)

    answer = browser.post(f"/epcs/orders/{order.pk}/pay/")

    assert answer.url.startswith("/epcs/verify/?for=ship-elsewhere")
    assert stripe.requests() == []


def test_the_flow_itself_refuses_without_a_step_up(stripe, buyer):
    order = an_order(buyer, **HOME)

    with pytest.raises(AddressNotVerified):
        begin_payment(order=order, actor=buyer, authority=None, at=timezone.now())

    assert stripe.requests() == []
    assert not order.checkouts.exists()
    refused = AuditEvent.objects.get(event="order.refused")
    assert (refused.subject, refused.facts) == (str(order), {"outcome": "address-not-verified"})


def test_another_address_is_verified_anew_and_the_practice_is_not(stripe, browser, buyer, fob):
    submit(browser, STEP_UP, otp=fob.press())
    submit(browser, NEW, **HOME)
    page = f"/epcs/orders/{TokenOrder.objects.get().pk}/pay/"
    submit(browser, page)

    an_order(buyer, **HOME | {"city": "Essex"})
    other = TokenOrder.objects.get().needs_step_up
    an_order(buyer, **PRACTICE)

    assert other is True
    assert TokenOrder.objects.get().needs_step_up is False


def test_no_token_leaves_for_an_address_that_nobody_verified(stripe, buyer):
    """Who took over a session, and has no token of its person, pays at the page opened before."""
    checkout = a_checkout(buyer)

    with suppress(Refusal):
        an_order(buyer, **HOME)
        stripe.pay(checkout.session_id)
        hear(stripe, COMPLETED)
        shipped(now(checkout.order))

    order = now(checkout.order)
    assert order.shipped_at is None or not order.needs_step_up


@pytest.mark.parametrize("is_granted", [True, False])
def test_who_has_nothing_to_verify_with_is_not_sent_round_in_circles(
    stripe, browser, buyer, is_granted
):
    if is_granted:
        factories.a_grant(buyer)
    order = an_order(buyer, **HOME)

    pages = [f"/epcs/orders/{order.pk}/pay/"]
    while (answer := browser.get(pages[-1])).status_code == 302 and len(pages) < 6:
        pages.append(answer.url)

    assert answer.status_code == 200
    assert len(set(pages)) == len(pages)
