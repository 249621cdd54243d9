"""What the pages of an order show, and that looking moves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from billing.flows.cancel_order import cancel_order
from billing.flows.note_delivery import note_delivery
from billing.flows.pack_order import pack_order
from billing.models import Checkout, TokenOrder
from tests import factories
from tests.billing.ordering import (
    COMPLETED,
    HOME,
    a_checkout,
    a_paid_order,
    an_order,
    hear,
    now,
    shipped,
)
from tests.tokens.reading import read

SETTINGS, ADD, ORDERS = "/settings/epcs/", "/epcs/token/add/", "/epcs/orders/"


@pytest.fixture
def order(stripe, buyer):
    return a_paid_order(stripe, buyer)


def page_of(order, page=""):
    return f"{ORDERS}{order.pk}/{page}"


def rows():
    return [list(each.objects.values()) for each in (TokenOrder, Checkout)]


def test_the_way_to_the_payment_page_is_a_plain_link(stripe, browser, buyer):
    checkout = a_checkout(buyer)

    page = browser.get(page_of(checkout.order, "pay/"))

    assert f'<a class="btn" href="{checkout.url}">Continue to payment</a>' in page.text
    assert "Pay $35.00" in page.text
    assert "Pay Now" not in page.text
    assert f"{ORDERS}new/" in page.text
    assert "form-action 'self'" in page["Content-Security-Policy"]


def test_who_left_the_payment_page_is_told_that_nothing_was_charged(stripe, browser, buyer):
    checkout = a_checkout(buyer)

    page = read(browser.get(page_of(checkout.order, "pay/?canceled=1")))

    assert "You left the payment page, so nothing was charged" in page
    assert checkout.url in page


@pytest.mark.parametrize("session", ["cs_test_made_up", "", "{CHECKOUT_SESSION_ID}"])
def test_the_page_one_returns_to_only_reads(stripe, browser, buyer, session):
    order = a_checkout(buyer).order
    before, asked = rows(), stripe.requests()

    page = read(browser.get(page_of(order, f"?session_id={session}")))
    status = browser.get(page_of(order, "status.json"))

    assert "We're confirming your payment" in page
    assert f'data-approval="{page_of(order, "status.json")}"' in page
    assert status.json() == {"state": "awaiting-payment", "text": "", "final": False}
    assert (rows(), stripe.requests()) == (before, asked)


@pytest.mark.parametrize("page", ["", "status.json", "receipt.pdf"])
def test_nothing_is_posted_to_a_page_that_reads(browser, order, page):
    assert browser.post(page_of(order, page)).status_code == 405


def test_without_a_return_an_unpaid_order_leads_to_its_payment(stripe, browser, buyer):
    order = an_order(buyer)

    assert browser.get(page_of(order)).url == page_of(order, "pay/")


def test_asking_for_the_status_does_not_keep_a_session_alive(browser, order):
    browser.get(SETTINGS)
    [before] = Session.objects.values_list("session_data", flat=True)

    status = browser.get(page_of(order, "status.json"))

    assert status.json() == {"state": "paid", "text": "", "final": True}
    assert list(Session.objects.values_list("session_data", flat=True)) == [before]


def test_a_session_that_was_idle_too_long_is_over_for_it_too(browser, order):
    key = browser.session.session_key
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(days=1))

    assert browser.get(page_of(order, "status.json")).status_code == 302


def test_a_paid_order_shows_its_receipt_and_what_to_do_when_it_arrives(browser, order):
    page = read(browser.get(page_of(order)))

    assert "Your token is ordered" in page
    assert "We sent the receipt to sam@lakeside.example." in page
    assert "Download receipt (PDF)" in page
    assert "When it arrives" in page
    assert browser.get(page_of(order, "pay/")).url == page_of(order)


@pytest.mark.parametrize(
    ("carrier", "shown"),
    [
        ("usps", "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400100000000000000000"),
        ("ups", "https://www.ups.com/track?tracknum=9400100000000000000000"),
        ("fedex", "https://www.fedex.com/fedextrack/?trknbr=9400100000000000000000"),
    ],
)
def test_an_order_that_left_can_be_followed(browser, order, carrier, shown):
    order = shipped(order, serial=factories.a_fob_in_stock("GALH87654321").serial)
    order.set(carrier=carrier)

    page = read(browser.get(page_of(order)))

    assert "Your token is on its way" in page
    assert f'href="{shown}"' in page
    assert "GALH87654321" in page


def test_before_it_left_nobody_reads_its_serial(browser, order):
    agent, fob = factories.a_person(is_staff=True), factories.a_fob_in_stock("GALH87654321")
    packed = pack_order(order=order, serial=fob.serial, agent=agent, at=timezone.now())

    pages = [browser.get(each).text for each in (page_of(order), SETTINGS, ORDERS)]

    assert packed.reservation.serial == fob.serial
    assert all(fob.serial not in each for each in pages)


def test_the_card_says_that_it_is_on_its_way_and_leads_to_the_order(browser, order):
    page = read(browser.get(SETTINGS))
    left = shipped(order, serial=factories.a_fob_in_stock("GALH87654321").serial)
    after = read(browser.get(SETTINGS))

    assert "On its way" in page
    assert order.number in page
    assert "Ship to" in page
    assert page_of(order) in page
    assert "GALH87654321" not in page
    assert "GALH87654321" in after
    assert left.status == "shipped"


def test_add_knows_the_serial_once_it_left(browser, buyer, order):
    factories.a_grant(buyer)
    before = browser.get(ADD).context["form"]["serial"].value()
    shipped(order, serial=factories.a_fob_in_stock("GALH87654321").serial)

    assert before is None
    assert browser.get(ADD).context["form"]["serial"].value() == "GALH87654321"


def test_the_list_has_the_newest_first(stripe, browser, buyer):
    first = an_order(buyer, at=timezone.now() - timedelta(days=2))
    cancel_order(order=first, actor=buyer, at=timezone.now())
    second = an_order(buyer, **HOME)

    page = read(browser.get(ORDERS))

    assert page.index(second.number) < page.index(first.number)
    assert "Canceled" in page
    assert "Not placed yet" in page


def test_an_order_that_is_checked_says_so_and_asks_for_no_second_payment(stripe, browser, buyer):
    checkout = a_checkout(buyer)
    stripe.pay(checkout.session_id, amount=100)
    hear(stripe, COMPLETED)

    pages = [read(browser.get(page_of(checkout.order, each))) for each in ("", "?session_id=1")]
    status = browser.get(page_of(checkout.order, "status.json")).json()

    assert all("We're checking your payment" in each for each in pages)
    assert all("don't pay again" in each for each in pages)
    assert all("data-approval" not in each for each in pages)
    assert status["final"] is True
    assert browser.get(page_of(checkout.order, "pay/")).url == page_of(checkout.order)


def test_a_paid_order_that_is_held_says_so(stripe, browser, order):
    stripe.refund(order.checkouts.get().payment_intent, amount=100)
    hear(stripe, "charge.refunded")

    assert "Support is looking at this order" in read(browser.get(page_of(order)))


def test_each_state_has_a_page_of_its_own(stripe, browser, order):
    agent, at = factories.a_person(is_staff=True), timezone.now()
    delivered = note_delivery(order=shipped(order), agent=agent, at=at)
    titles = [read(browser.get(page_of(order)))]
    delivered.move("disputed", disputed_at=at)
    titles.append(read(browser.get(page_of(order))))
    now(order).move("refunded", ended_at=at)
    titles.append(read(browser.get(page_of(order))))

    assert "Your token was delivered" in titles[0]
    assert "The payment of this order is disputed" in titles[1]
    assert "Your bank told us that this payment is disputed." in titles[1]
    assert "This order was refunded" in titles[2]
