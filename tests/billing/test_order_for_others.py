"""The administration orders for a prescriber; nobody else sees or touches an order."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from billing.flows.order_at_no_cost import order_at_no_cost
from billing.models import TokenOrder
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.billing.ordering import HOME, PRACTICE, an_order
from tests.pages import form_key_on, submit
from tests.tokens.reading import events_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("away")]
FOREIGN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def dana(prescriber):
    return factories.an_erx_administrator(prescriber.practice, "dana")


@pytest.fixture
def at_the_desk(dana):
    return signed_in_as(dana)


def signed_in_as(person):
    browser = Client()
    browser.force_login(person)
    return browser


def page_for(person):
    return f"/administration/epcs-setup/{person.pk}/order/"


def test_the_administration_orders_to_the_practice(at_the_desk, dana, prescriber):
    page = at_the_desk.get(page_for(prescriber))
    answer = submit(at_the_desk, page_for(prescriber), **PRACTICE)

    order = TokenOrder.objects.get()
    assert "For Sam Nguyen, NP, sent to your practice." in read(page)
    assert (order.user, order.ordered_by, order.ships_elsewhere) == (prescriber, dana, False)
    pay = read(at_the_desk.get(answer.url))
    assert f'href="{page_for(prescriber)}"' in pay
    entered = AuditEvent.objects.get(event="order.entered")
    assert (entered.person, entered.actor) == (prescriber, dana)


@pytest.mark.parametrize("typed", [HOME, PRACTICE | {"address": "9 Elm Court"}])
def test_for_somebody_else_it_goes_to_the_practice_alone(at_the_desk, prescriber, typed):
    page = read(submit(at_the_desk, page_for(prescriber), **typed))

    assert "For somebody else a spare goes to the practice's address on record." in page
    assert not TokenOrder.objects.exists()
    refused = AuditEvent.objects.get(event="order.refused")
    assert refused.facts["outcome"] == "only-to-the-practice"


def test_an_order_for_who_is_not_registered_is_not_taken(dana, at_the_desk):
    other = factories.a_prescriber(practice=dana.practice, registered=False)

    page = read(at_the_desk.get(page_for(other)))

    assert "Their registration is not complete" in page
    assert 'name="address"' not in page


def test_one_who_loses_their_registration_meanwhile_is_refused(at_the_desk, prescriber):
    key = form_key_on(at_the_desk, page_for(prescriber))
    prescriber.prescriber.identity_proofings.update(activated_at=None)

    page = read(at_the_desk.post(page_for(prescriber), {"form_key": key, **PRACTICE}))

    assert "A spare is sent to prescribers who have completed EPCS registration." in page
    assert not TokenOrder.objects.exists()


def test_a_spare_on_its_way_is_told_without_a_page_that_is_not_theirs(at_the_desk, prescriber):
    agent, at = factories.a_person(is_staff=True), timezone.now()
    order = order_at_no_cost(user=prescriber, agent=agent, reason="broken", at=at)

    page = read(at_the_desk.get(page_for(prescriber)))

    assert f"Order {order.number} says how far it is." in page
    assert str(order.pk) not in page


def test_the_administration_of_another_practice_finds_nobody(prescriber):
    stranger = signed_in_as(factories.an_erx_administrator(factories.a_practice()))

    answers = [stranger.get(page_for(prescriber)), stranger.post(page_for(prescriber), PRACTICE)]

    assert [each.status_code for each in answers] == [404, 404]
    assert not TokenOrder.objects.exists()


def test_who_is_no_prescriber_has_no_spare_ordered_for_them(at_the_desk, dana):
    assert at_the_desk.get(page_for(dana)).status_code == 404


def test_a_prescriber_orders_for_nobody_else(signed_in, prescriber):
    other = factories.a_prescriber(practice=prescriber.practice)

    assert signed_in.get(page_for(other)).status_code == 403


PAGES = ("", "pay/", "status.json", "receipt.pdf")


def test_an_order_of_somebody_else_is_not_found_and_the_attempt_is_on_the_trail(prescriber):
    order = an_order(prescriber)
    other = factories.a_prescriber(practice=prescriber.practice)
    nosy = signed_in_as(other)
    key = form_key_on(signed_in_as(prescriber), f"/epcs/orders/{order.pk}/pay/")

    answers = [nosy.get(f"/epcs/orders/{order.pk}/{page}") for page in PAGES]
    answers += [nosy.post(f"/epcs/orders/{order.pk}/{page}") for page in ("pay/", "cancel/")]
    answers += [nosy.post(f"/epcs/orders/{order.pk}/cancel/", {"form_key": key})]

    assert [each.status_code for each in answers] == [404] * 7
    assert events_of(other) == ["access.denied"] * 7
    assert order.number not in nosy.get("/epcs/orders/").text
    assert TokenOrder.objects.get().status == "draft"


def test_an_order_that_nobody_has_is_not_found_and_leaves_no_line(signed_in, prescriber):
    answers = [signed_in.get(f"/epcs/orders/{FOREIGN}/{page}") for page in PAGES]

    assert [each.status_code for each in answers] == [404] * 4
    assert events_of(prescriber) == []


def test_who_entered_it_sees_it_while_both_work_at_the_practice(at_the_desk, dana, prescriber):
    order = an_order(prescriber, by=dana)
    before = at_the_desk.get("/epcs/orders/").text

    prescriber.membership.delete()

    assert order.number in before
    assert order.number not in at_the_desk.get("/epcs/orders/").text
    assert at_the_desk.get(f"/epcs/orders/{order.pk}/pay/").status_code == 404


def test_what_a_prescriber_ordered_home_the_administration_never_sees(at_the_desk, prescriber):
    an_order(prescriber, **HOME)

    assert "7 Cedar Lane" not in at_the_desk.get(page_for(prescriber)).text
    assert "You have not ordered anything yet." in at_the_desk.get("/epcs/orders/").text


def test_the_administration_goes_on_with_what_the_prescriber_left_unpaid(at_the_desk, prescriber):
    an_order(prescriber)

    answer = submit(at_the_desk, page_for(prescriber), **PRACTICE)

    assert at_the_desk.get(answer.url).status_code == 200


def test_the_prescriber_goes_on_with_what_the_administration_left_unpaid(
    signed_in, prescriber, dana
):
    order = an_order(prescriber, by=dana)

    page = signed_in.get(f"/epcs/orders/{order.pk}/pay/")

    assert signed_in.get(page.context["change_url"]).status_code == 200


def test_who_entered_it_does_not_see_the_home_it_goes_to_instead(at_the_desk, prescriber, dana):
    order = an_order(prescriber, by=dana)
    an_order(prescriber, **HOME).set(verified_at=timezone.now())

    pages = [at_the_desk.get("/epcs/orders/"), at_the_desk.get(f"/epcs/orders/{order.pk}/pay/")]

    assert all("7 Cedar Lane" not in each.text for each in pages)
