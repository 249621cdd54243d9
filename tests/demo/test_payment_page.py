"""The demo's payment page: the article's labels, cards that pay and decline, nothing kept."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing.models import Checkout, TokenOrder
from epcs_portal.delivery.models import Message
from epcs_portal.demo.models import VirtualCheckout, VirtualNetwork, VirtualPaymentEvent
from tests import factories
from tests.billing.ordering import a_checkout
from tests.pages import form_key_on, submit
from tests.tokens.reading import read

pytestmark = pytest.mark.django_db
CARD, CVV, BILLING = "4242 4242 4242 4242", "917", "pay@lakeside.example"
TYPED = {"email": BILLING, "card": CARD, "exp": "12/34", "cvv": CVV, "zip_code": "05401"}
DECLINES = TYPED | {"card": "4000 0000 0000 0002"}


@pytest.fixture
def buyer() -> User:
    return factories.a_prescriber()


@pytest.fixture
def page(buyer) -> str:
    checkout = a_checkout(buyer)
    return checkout.url.removeprefix("https://portal.example.org")


@pytest.fixture
def browser(client, buyer) -> Client:
    client.force_login(buyer)
    return client


def texts_kept() -> list[str]:
    """Every text in every row that the page could have left behind."""
    rows = (
        row
        for app in ("demo", "billing", "submissions", "audit", "delivery")
        for model in apps.get_app_config(app).get_models()
        for row in model._base_manager.values()
    )
    return [str(each) for row in rows for each in row.values() if isinstance(each, str | dict)]


def test_it_has_the_labels_of_the_article(browser, page):
    shown = read(browser.get(page))

    labels = ["Billing Email Address", "Credit Card Number", "Expiration Date", "CVV"]
    assert all(f">{label}</label>" in shown for label in [*labels, "Billing Zip Code"])
    assert "Pay $35.00" in shown
    assert "Demo payment page" in shown


def test_a_card_pays_once_however_often_it_is_clicked(browser, page):
    key = form_key_on(browser, page)

    answers = [browser.post(page, {"form_key": key, **TYPED}) for _click in range(2)]

    assert answers[0].url == answers[1].url
    order, checkout = TokenOrder.objects.get(), VirtualCheckout.objects.get()
    assert answers[0].url.startswith(f"/epcs/orders/{order.pk}/?session_id={checkout.session_id}")
    assert (checkout.is_paid, checkout.paid_with) == (True, "Visa ending 4242")
    assert VirtualPaymentEvent.objects.count() == 1
    assert order.status == "awaiting-payment"  # until the notice was looked into


def test_a_declined_card_charges_nothing_and_keeps_the_rest(browser, page):
    declined = submit(browser, page, **DECLINES)
    again = submit(browser, page, **TYPED)

    said = read(declined)
    assert "Your bank declined this card, so nothing was charged." in said
    assert BILLING in said
    assert "4000" not in said.replace("4000 0000 0000 0002 to see a decline", "")
    assert again.status_code == 302


def test_the_next_card_can_be_made_to_decline(browser, page):
    browser.post("/demo/devices/", {"network": "declines_next_card"})

    first, second = submit(browser, page, **TYPED), submit(browser, page, **TYPED)

    assert (first.status_code, second.status_code) == (200, 302)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": ""}, "Enter the billing email address."),
        ({"email": "pay"}, "Enter an email address, such as name@example.com."),
        ({"card": ""}, "Enter the card number."),
        ({"card": "4242 4242 4242 4241"}, "This card number is not right."),
        ({"card": "4242"}, "This card number is not right."),
        ({"card": "5555 5555 5555 4444"}, "never a real card."),
        ({"exp": ""}, "Enter the expiration date."),
        ({"exp": "13/34"}, "Enter month and year, such as 04 / 29."),
        ({"exp": "01/24"}, "This card has expired. Use another card."),
        ({"cvv": ""}, "Enter the CVV."),
        ({"cvv": "12"}, "The CVV has 3 or 4 digits."),
        ({"zip_code": ""}, "Enter the billing ZIP code."),
        ({"zip_code": "0540"}, "Enter a ZIP code of 5 digits, or of 9."),
    ],
)
def test_what_is_wrong_is_said_and_no_card_is_shown_again(browser, page, typed, sentence):
    said = read(submit(browser, page, **TYPED | typed))

    assert sentence in said
    assert f'value="{CARD}"' not in said
    assert f'value="{CVV}"' not in said
    assert not VirtualCheckout.objects.get().is_paid


def test_nobody_else_finds_the_page(client, page):
    client.force_login(factories.a_prescriber())

    assert client.get(page).status_code == 404
    assert client.get(f"/demo/pay/{uuid4()}/").status_code == 404


def test_a_page_that_is_over_says_so_and_takes_no_card(browser, page):
    key = form_key_on(browser, page)
    VirtualCheckout.objects.update(status="expired")

    late = read(browser.post(page, {"form_key": key, **TYPED}))

    assert "This page can't be used to pay any more." in late
    assert "This payment page is closed" in read(browser.get(page))
    assert not VirtualPaymentEvent.objects.exists()


def test_of_the_card_the_last_four_digits_are_all_that_is_kept(browser, page):
    submit(browser, page, **DECLINES)
    submit(browser, page, **TYPED)

    kept = "\n".join(texts_kept())

    assert "Visa ending 4242" in kept
    for secret in (CARD, CARD.replace(" ", ""), "4000000000000002", "12/34"):
        assert secret not in kept
    # By itself: three digits also stand somewhere in a random id or an order's number.
    assert not re.search(rf"(?<![0-9A-Za-z]){CVV}(?![0-9A-Za-z])", kept)


def test_while_the_service_is_down_orders_are_kept(browser, buyer):
    VirtualNetwork.objects.create(payments_are_down=True)

    answer = submit(
        browser,
        "/epcs/orders/new/",
        destination="practice",
        address="48 Lake Street",
        city="Burlington",
        state="VT",
        zip_code="05401",
    )

    assert "can't reach the payment service" in read(browser.get(answer.url))
    assert TokenOrder.objects.get().status == "draft"
    assert Checkout.objects.get().session_id is None
    assert not Message.objects.exists()
    assert timezone.now() > TokenOrder.objects.get().ordered_at
