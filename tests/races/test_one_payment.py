"""Pay Now at the moment of another click, a cancellation, another address or a second event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from billing.flows.apply_event import apply_event
from billing.flows.call_off_order import call_off_order
from billing.flows.look_up_checkout import look_up_checkout
from billing.flows.send_refund import send_refund
from billing.models import PaymentEvent, Refund, TokenOrder
from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests import factories
from tests.billing import conftest as billing
from tests.billing.ordering import (
    COMPLETED,
    CREATE,
    NEW,
    PRACTICE,
    a_checkout,
    a_paid_order,
    an_order,
    now,
    opened,
    until,
)
from tests.billing.stand_in import Stripe
from tests.billing.test_cancel_order import button_on
from tests.billing.test_send_refund import REFUNDS
from tests.pages import form_key_on
from tests.races.crowd import SIZE, crowd, plain_client
from tests.races.test_payments_at_once import a_buyer
from tests.tokens.reading import read
from tokens.models import Reservation

portal, stripe, stripe_stand_in = billing.portal, billing.stripe, billing.stripe_stand_in
ROUNDS = 10
SUCCEEDED_LATER = "checkout.session.async_payment_succeeded"
NINE = PRACTICE | {"zip_code": "05401-1234"}
# What is read by who may not go on: the form of another click, and Stripe's of another form.
SENTENCES = ("That form was already sent", "We can't reach the payment service")


@pytest.fixture
def practice(stripe):
    return factories.a_practice()


def page_of(order: TokenOrder) -> str:
    return f"/epcs/orders/{order.pk}/pay/"


def forms_on(browser: Client, page: str, size: int) -> list[dict[str, str]]:
    """What as many tabs show."""
    return [{"form_key": form_key_on(browser, page)} for _tab in range(size)]


def all_know_where_they_are(answers: list[HttpResponse], page: str) -> None:
    """Each of them is on the page of the order, or reads why not. Somebody is on it."""
    went = {each.url.partition("?")[0] for each in answers if each.status_code == 302}
    stayed = [read(each) for each in answers if each.status_code != 302]
    assert went == {page}
    assert [each for each in stayed if not any(said in each for said in SENTENCES)] == []


def while_it_is_opened(stripe: Stripe, post: Callable[[], HttpResponse], *, number: int):
    """Post when Stripe was asked for a session; in every second round at once, whoever is first."""
    before = len(stripe.requests(CREATE))

    def act() -> HttpResponse:
        if number % 2:
            until(lambda: len(stripe.requests(CREATE)) > before)
        return post()

    return act


def statuses(stripe: Stripe, of: TokenOrder) -> Counter[str]:
    mine = (each for each in stripe.sessions() if each["client_reference_id"] == str(of.pk))
    return Counter(each["status"] for each in mine)


def in_use(stripe: Stripe) -> int:
    """How often Stripe said that the key is in use: 409."""
    return sum(each["status"] == 409 for each in stripe.requests(CREATE))


@pytest.mark.parametrize("tabs", [1, SIZE], ids=["one form", "twenty forms"])
def test_twenty_times_pay_now_on_the_page_of_an_order_opens_one_session(stripe, practice, tabs):
    stripe.latency(0.05)
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            buyer = a_buyer(practice)
            order, browser = an_order(buyer), plain_client(buyer)
            page = page_of(order)
            forms = forms_on(browser, page, tabs) * (SIZE // tabs)
            answers = at_once([partial(browser.post, page, form) for form in forms])

            all_know_where_they_are(answers, page)
            [session] = [
                each for each in stripe.sessions() if each["client_reference_id"] == str(order.pk)
            ]
            assert order.checkouts.get().session_id == session["id"]
            assert f'href="{session["url"]}"' in read(browser.get(page))
            assert TokenOrder.objects.count() == number
    assert (in_use(stripe) > 0) == (tabs > 1)


def test_who_clicks_while_stripe_takes_its_time_reads_a_sentence_and_then_finds_the_page(
    stripe, practice
):
    """The key is in use for longer than anybody asks again."""
    buyer = a_buyer(practice)
    order, browser = an_order(buyer), plain_client(buyer)
    page = page_of(order)
    first, *others = forms_on(browser, page, 6)

    def click(form: dict[str, str]) -> HttpResponse:
        until(lambda: stripe.requests(CREATE))
        return browser.post(page, form)

    stripe.latency(4.0)
    with crowd(6) as at_once:
        late = [partial(click, form) for form in others]
        answer, *answers = at_once([partial(browser.post, page, first), *late])

    assert answer.url.partition("?")[0] == page
    assert all("We can't reach the payment service" in read(each) for each in answers)
    assert in_use(stripe) == 2 * len(others)  # each asked twice
    assert f'href="{stripe.sessions()[0]["url"]}"' in read(browser.get(page))
    assert len(stripe.sessions()) == 1


def test_canceled_while_the_session_is_opened_it_can_not_be_paid(stripe, practice):
    stripe.latency(0.1)
    with crowd(2) as at_once:
        for number in range(1, ROUNDS + 1):
            buyer = a_buyer(practice)
            order, browser = an_order(buyer), plain_client(buyer)
            page, button = page_of(order), button_on(browser, order)
            [form] = forms_on(browser, page, 1)
            cancel = partial(browser.post, f"/epcs/orders/{order.pk}/cancel/", button)
            acts = [
                partial(browser.post, page, form),
                while_it_is_opened(stripe, cancel, number=number),
            ]
            paying, canceling = at_once(acts)
            for checkout in order.checkouts.select_related("order"):
                look_up_checkout(checkout=checkout, at=timezone.now())

            assert canceling.status_code == 302
            assert paying.status_code == 302 or "can't be paid any more" in read(paying)
            assert now(order).status == "canceled"
            assert statuses(stripe, order)["open"] == 0
            assert not order.checkouts.filter(settled_at=None).exists()
            assert browser.get(page).url == f"/epcs/orders/{order.pk}/"


def test_sent_elsewhere_while_the_session_is_opened_one_can_be_paid_with_that_address(
    stripe, practice
):
    stripe.latency(0.05)
    with crowd(2) as at_once:
        for number in range(1, ROUNDS + 1):
            buyer = a_buyer(practice)
            order, browser = an_order(buyer), plain_client(buyer)
            page = page_of(order)
            [form], [change] = forms_on(browser, page, 1), forms_on(browser, NEW, 1)
            enter = partial(browser.post, NEW, NINE | change)
            acts = [
                partial(browser.post, page, form),
                while_it_is_opened(stripe, enter, number=number),
            ]
            answers = at_once(acts)

            all_know_where_they_are(answers, page)
            opened(order)  # Pay Now once more, should both have read a sentence
            assert statuses(stripe, order)["open"] == 1
            checkout = order.checkouts.get(settled_at=None)
            assert checkout.asked["address"]["postal_code"] == NINE["zip_code"]
            assert f'href="{checkout.url}"' in read(browser.get(page))
            assert TokenOrder.objects.count() == number


def test_two_events_of_one_payment_delivered_forty_times_pay_once(stripe, practice):
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            checkout = a_checkout(a_buyer(practice))
            stripe.pay(checkout.session_id, delayed=True)
            stripe.settle(checkout.session_id)
            events = [stripe.events(kind)[-1] for kind in (COMPLETED, SUCCEEDED_LATER)]
            for event in events:
                assert stripe.deliver(event, parallel=SIZE) == [200] * SIZE

            at = timezone.now()
            rows = list(PaymentEvent.objects.filter(session_id=checkout.session_id)) * (SIZE // 2)
            workers = [PaymentEvent.objects.get(pk=row.pk) for row in rows]
            at_once([partial(apply_event, event=each, at=at) for each in workers])
            for row in PaymentEvent.due(at + timedelta(minutes=1)):  # what came too late
                apply_event(event=row, at=at + timedelta(minutes=1))

            assert PaymentEvent.objects.filter(state="done").count() == 2 * number
            assert (now(checkout.order).status, now(checkout.order).held_for) == ("paid", "")
            assert Message.objects.count() == Reservation.objects.count() == number
            assert AuditEvent.objects.filter(event="order.paid").count() == number


def test_a_worker_and_the_one_that_took_its_claim_over_send_one_refund(stripe, practice):
    """The first takes so long that its claim ran out, and both ask Stripe at the same moment."""
    agent = factories.a_person(is_staff=True)
    with crowd(2) as at_once:
        for number in range(1, ROUNDS + 1):
            order = a_paid_order(stripe, a_buyer(practice))
            at = timezone.now()
            later = [at, at + timedelta(minutes=2)]
            call_off_order(order=order, reason="Asked.", agent=agent, at=at)
            of_order = Refund.objects.select_related("checkout").filter(checkout__order=order)
            rows = [of_order.get() for _worker in later]
            stripe.latency(0.1)
            acts = zip(rows, later, strict=True)
            at_once([partial(send_refund, refund=row, at=each) for row, each in acts])
            stripe.latency(0)
            for row in Refund.due(at + timedelta(minutes=9)).select_related("checkout"):
                send_refund(refund=row, at=at + timedelta(minutes=9))

            assert of_order.get().state == "done"
            assert (now(order).status, now(order).held_for) == ("refunded", "")
            assert len(stripe.events("refund.created")) == number
            assert AuditEvent.objects.filter(event="order.refunded").count() == number
    asked = Counter(each["idempotency_key"] for each in stripe.requests(REFUNDS))
    assert len(asked) == ROUNDS
    assert max(asked.values()) > 1
