"""Order Spare Hardware Token: what the page shows, takes and refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from billing.flows.order_at_no_cost import order_at_no_cost
from billing.models import TokenOrder
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.billing.ordering import HOME, NEW, PRACTICE, an_order
from tests.pages import form_key_on, submit
from tests.tokens.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("away")]
AWAY = "We can't reach the payment service"


def shown(page):
    return {name: page.context["form"][name].value() for name in PRACTICE}


def the_order():
    return TokenOrder.objects.get()


def test_the_practice_stands_there_and_no_home_address(signed_in):
    page = signed_in.get(NEW)

    assert shown(page) == PRACTICE
    assert 'data-practice="48 Lake Street"' in page.text
    assert "Pay Now" in page.text
    assert "$35.00" in page.text


def test_a_home_address_of_an_order_before_is_not_there_again(signed_in, prescriber):
    order = an_order(prescriber, **HOME)
    unpaid = shown(signed_in.get(NEW))
    order.move("canceled", ended_at=timezone.now())

    assert unpaid == HOME
    assert shown(signed_in.get(NEW)) == PRACTICE


def test_an_order_is_kept_while_the_payment_service_is_away(signed_in, prescriber):
    answer = submit(signed_in, NEW, **PRACTICE)

    order = the_order()
    assert answer.url.startswith(f"/epcs/orders/{order.pk}/pay/")
    assert AWAY in read(signed_in.get(answer.url))
    assert (order.user, order.ordered_by, order.status) == (prescriber, prescriber, "draft")
    assert (order.price_cents, order.currency) == (3500, "usd")
    assert order.address_lines == [
        "Sam Nguyen, NP",
        prescriber.practice.name,
        "48 Lake Street",
        "Burlington, VT 05401",
    ]
    assert (order.ships_elsewhere, order.needs_step_up) == (False, False)
    [entered, begun] = AuditEvent.objects.filter(person=prescriber).order_by("sequence")
    assert (entered.event, begun.event) == ("order.entered", "order.payment_begun")


def test_a_second_click_orders_once(signed_in):
    form = {"form_key": form_key_on(signed_in, NEW), **PRACTICE}
    first, second = (signed_in.post(NEW, form) for _each in range(2))

    assert first.url == second.url
    assert TokenOrder.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"destination": ""}, "Choose Practice Address or Home Address."),
        ({"destination": "moon"}, "Select a valid choice."),
        ({"address": ""}, "Enter the street address."),
        ({"address": " "}, "Enter the street address."),
        ({"address": "48 Lake\x85Street"}, "Leave out characters that can't be printed."),
        ({"address": "x" * 101}, "Ensure this value has at most 100 characters"),
        ({"suite": "x" * 41}, "Ensure this value has at most 40 characters"),
        ({"suite": "1\u20282"}, "Leave out characters that can't be printed."),
        ({"city": ""}, "Enter the city."),
        ({"state": ""}, "Select the state."),
        ({"state": "ZZ"}, "Select the state."),
        ({"zip_code": ""}, "Enter the ZIP code."),
        ({"zip_code": "0540"}, "Enter a ZIP code of 5 digits, or of 9: 05401-1234."),
        ({"zip_code": "05401-12"}, "Enter a ZIP code of 5 digits, or of 9: 05401-1234."),
        ({"zip_code": "٠٥٤٠١"}, "Enter a ZIP code of 5 digits, or of 9: 05401-1234."),
        (
            {"destination": "home", "address": " 48 LAKE Street. ", "zip_code": "05401-9999"},
            "This is your practice's address. Enter your home address, or choose Practice",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_ordered(signed_in, typed, sentence):
    page = submit(signed_in, NEW, **PRACTICE | typed)

    assert page.status_code == 200
    assert sentence in read(page)
    assert not TokenOrder.objects.exists()


def test_nine_digits_and_other_spelling_are_still_the_practice(signed_in):
    typed = {"address": "48  lake street,", "city": "BURLINGTON", "zip_code": "05401-1234"}

    submit(signed_in, NEW, **PRACTICE | typed)

    assert the_order().zip_code == "05401-1234"
    assert not the_order().ships_elsewhere


@pytest.mark.parametrize(
    "typed", [{"suite": "2"}, {"zip_code": "05402"}, {"address": "49 Lake Street"}]
)
def test_another_address_under_the_practices_name_is_elsewhere(signed_in, typed):
    answer = submit(signed_in, NEW, **PRACTICE | typed)

    assert the_order().needs_step_up
    assert signed_in.get(answer.url).url.startswith("/epcs/verify/?for=ship-elsewhere&")


def test_who_is_not_registered_is_told_before_and_after(client):
    person = factories.a_prescriber(registered=False)
    client.force_login(person)

    page = read(client.get(NEW))
    answer = read(client.post(NEW, PRACTICE))

    assert "A spare is sent to prescribers who have completed EPCS registration." in page
    assert 'name="address"' not in page
    assert "so nothing was done. Enter it again." in answer
    assert not TokenOrder.objects.exists()


def a_spare_without_payment(person):
    agent = factories.a_person(is_staff=True)
    return order_at_no_cost(user=person, agent=agent, reason="broken", at=timezone.now())


def test_while_a_spare_is_on_its_way_no_other_is_ordered(signed_in, prescriber):
    key = form_key_on(signed_in, NEW)
    order = a_spare_without_payment(prescriber)

    page = read(signed_in.get(NEW))
    late = read(signed_in.post(NEW, {"form_key": key, **PRACTICE}))

    assert f'<a href="/epcs/orders/{order.pk}/">Order {order.number}</a>' in page
    assert "One at a time is the maximum" in page
    assert "A spare hardware token is on its way already. One at a time is the maximum." in late
    assert the_order() == order
    refused = AuditEvent.objects.get(event="order.refused")
    assert refused.facts == {"destination": "practice", "outcome": "spare-on-its-way"}


def test_an_unpaid_order_is_not_paid_after_support_sent_one(signed_in, prescriber):
    order = an_order(prescriber)
    spare = factories.a_spare_on_its_way(prescriber, factories.a_fob_in_stock().serial)

    page = read(submit(signed_in, f"/epcs/orders/{order.pk}/pay/"))

    assert "A spare hardware token is on its way already." in page
    assert not order.checkouts.exists()
    assert spare.order is None


@pytest.mark.parametrize("days", [0, 1])
def test_the_unpaid_order_is_gone_on_with_at_its_price(signed_in, prescriber, settings, days):
    order = an_order(prescriber, at=timezone.now() - timedelta(days=days))
    settings.SPARE_TOKEN_PRICE = 9900

    page = signed_in.get(NEW)
    submit(signed_in, NEW, **PRACTICE)

    assert "$35.00" in page.text
    assert the_order() == order
    assert the_order().changed_at == order.changed_at


def test_only_prescribers_order_for_themselves(client):
    client.force_login(factories.an_erx_administrator(factories.a_practice()))

    assert client.get(NEW).status_code == 403


def test_who_works_at_no_practice_types_a_home_address_and_can_go_on(signed_in, prescriber, fob):
    prescriber.membership.delete()
    submit(signed_in, "/epcs/verify/token/", otp=fob.press())

    page = signed_in.get(NEW)
    answer = submit(signed_in, NEW, **HOME)

    assert list(page.context["form"].fields["destination"].choices) == [("home", "Home Address")]
    assert shown(page)["destination"] == "home"
    assert the_order().practice_name == ""
    assert signed_in.get(answer.url).status_code == 200


def test_an_order_that_is_checked_is_neither_changed_nor_paid(signed_in, prescriber):
    order = an_order(prescriber)
    order.set(held_for="other-amount", held_at=timezone.now())

    page = read(submit(signed_in, NEW, **HOME))

    assert f"Support is checking the payment of order {order.number}, so nothing was" in page
    assert the_order().address == "48 Lake Street"
    assert signed_in.get(f"/epcs/orders/{order.pk}/pay/").url == f"/epcs/orders/{order.pk}/"
    assert User.objects.get(pk=prescriber.pk).token_orders.count() == 1
