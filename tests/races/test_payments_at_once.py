"""Twenty clicks, twenty deliveries, two agents: one session, one payment, one token from stock."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from billing.flows.apply_event import apply_event
from billing.flows.call_off_order import call_off_order
from billing.flows.cancel_order import cancel_order
from billing.flows.follow_order import follow_order
from billing.flows.order_at_no_cost import order_at_no_cost
from billing.flows.pack_order import pack_order
from billing.flows.send_refund import send_refund
from billing.models import Checkout, PaymentEvent, Refund, TokenOrder
from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests import factories
from tests.billing import conftest as billing
from tests.billing.ordering import (
    COMPLETED,
    CREATE,
    HOME,
    NEW,
    PRACTICE,
    a_checkout,
    a_paid_order,
    an_order,
    now,
    shipped,
)
from tests.pages import form_key_on
from tests.races.crowd import SIZE, Browser, crowd, plain_client
from tests.races.test_what_ends import Act, runs
from tokens import spares
from tokens.flows.enroll_hard_token import enroll_hard_token
from tokens.models import HardToken, Reservation
from tokens.step_up import GRANT, Authority

portal, stripe, stripe_stand_in = billing.portal, billing.stripe, billing.stripe_stand_in
ROUNDS = 10


@pytest.fixture
def practice(stripe):
    return factories.a_practice()


def a_buyer(practice) -> User:
    person = factories.a_prescriber(practice=practice)
    person.email = f"{person.username}@lakeside.example"
    person.save()
    return person


@pytest.fixture
def agents(practice) -> list[User]:
    return [factories.a_person(is_staff=True) for _ in range(2)]


def test_twenty_times_pay_now_on_one_form_opens_one_session(stripe, practice):
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            buyer = a_buyer(practice)
            browser = plain_client(buyer)
            form = {"form_key": form_key_on(browser, NEW), **PRACTICE}
            answers = at_once([partial(browser.post, NEW, form)] * SIZE)

            pay = f"/epcs/orders/{TokenOrder.objects.get(user=buyer).pk}/pay/"
            went = [each for each in answers if each.status_code == 302]
            assert {each.url.partition("?")[0] for each in went} == {pay}
            others = [each.text for each in answers if each.status_code != 302]
            assert all("That form was already sent" in each for each in others)
            assert len(stripe.sessions()) == len(stripe.requests(CREATE)) == number


def test_twenty_forms_open_one_session(stripe, practice):
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            buyer = a_buyer(practice)
            browsers = [Browser(buyer, NEW).ready() for _form in range(SIZE)]
            stripe.latency(0.05)  # the key is in use meanwhile
            answers = at_once([partial(each.send, **PRACTICE) for each in browsers])
            stripe.latency(0)

            order = TokenOrder.objects.get(user=buyer)
            assert {each.url.partition("?")[0] for each in answers} == {
                f"/epcs/orders/{order.pk}/pay/"
            }
            assert order.checkouts.get().session_id is not None
            assert len(stripe.sessions()) == Checkout.objects.count() == number
    keys = Counter(each["idempotency_key"] for each in stripe.requests(CREATE))
    assert set(keys) == set(Checkout.objects.values_list("idempotency_key", flat=True))


def test_twenty_deliveries_and_twenty_workers_pay_once(stripe, practice):
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            checkout = a_checkout(a_buyer(practice))
            stripe.pay(checkout.session_id)
            event = stripe.events(COMPLETED)[-1]

            assert stripe.deliver(event, parallel=SIZE) == [200] * SIZE
            row = PaymentEvent.objects.get(event_id=event["id"])
            at = timezone.now()
            # Each worker has a row of its own, as it was before anybody claimed it.
            rows = [PaymentEvent.objects.get(pk=row.pk) for _worker in range(SIZE)]
            at_once([partial(apply_event, event=each, at=at) for each in rows])

            row.refresh_from_db()
            assert (row.state, now(checkout.order).status) == ("done", "paid")
            assert PaymentEvent.objects.count() == number
            assert Message.objects.count() == Reservation.objects.count() == number
            assert AuditEvent.objects.filter(event="order.paid").count() == number


def test_two_events_of_one_payment_pay_once(stripe, practice):
    with crowd(2) as at_once:
        for number in range(1, ROUNDS + 1):
            checkout = a_checkout(a_buyer(practice))
            stripe.pay(checkout.session_id)
            at = timezone.now()
            times = {"happened_at": at, "received_at": at, "due_at": at}
            rows = [
                PaymentEvent.objects.create(
                    event_id=f"evt_{number}_{each}",
                    kind=COMPLETED,
                    session_id=checkout.session_id or "",
                    **times,
                )
                for each in range(2)
            ]
            at_once([partial(apply_event, event=each, at=at) for each in rows])
            for each in PaymentEvent.due(at + (at - at.replace(microsecond=0))):
                apply_event(event=each, at=at)

            assert now(checkout.order).status == "paid"
            assert Message.objects.count() == Reservation.objects.count() == number
            assert AuditEvent.objects.filter(event="order.paid").count() == number


def test_paid_while_it_is_canceled_or_sent_elsewhere_nothing_is_lost_or_shipped_unverified(
    stripe, practice
):
    with crowd(3) as at_once:
        for number in range(1, ROUNDS + 1):
            buyer = a_buyer(practice)
            checkout = a_checkout(buyer)
            stripe.pay(checkout.session_id)
            at = timezone.now()
            row = PaymentEvent.objects.create(
                event_id=f"evt_{number}",
                kind=COMPLETED,
                session_id=checkout.session_id or "",
                happened_at=at,
                received_at=at,
                due_at=at,
            )
            told = runs(
                at_once,
                [
                    partial(apply_event, event=row, at=at),
                    partial(cancel_order, order=checkout.order, actor=buyer, at=at),
                    partial(an_order, buyer, **HOME),
                ],
            )

            order = now(checkout.order)
            assert told[0] == "done", told
            assert order.status in {"paid", "canceled"}
            # Canceled first: held, to be refunded. Sent elsewhere first: held, and not packed.
            assert (order.status == "canceled") == (order.held_for == "paid-after-cancel"), told
            assert order.needs_step_up == (order.held_for == "not-verified") or (
                order.status == "canceled"
            )


def test_at_no_cost_twenty_clicks_place_one_order(stripe, practice, settings):
    settings.SPARE_TOKEN_PRICE = 0
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            buyer = a_buyer(practice)
            browsers = [Browser(buyer, NEW).ready() for _form in range(SIZE)]
            at_once([partial(each.send, **PRACTICE) for each in browsers])

            assert TokenOrder.objects.get(user=buyer).status == "paid"
            assert Message.objects.count() == Reservation.objects.count() == number
    assert stripe.sessions() == []


def pack(order: TokenOrder, serial: str, agent: User) -> Act:
    return partial(pack_order, order=order, serial=serial, agent=agent, at=timezone.now())


def bind(person: User, fob) -> Act:
    factories.a_grant(person)
    pair = fob.press_twice()
    typed = {"serial": fob.serial, "first": pair["otp1"], "second": pair["otp2"]}
    how = {"authority": Authority(name=GRANT, session_key=""), **typed}
    return lambda: enroll_hard_token(user=person, at=timezone.now(), **how)


def a_free_order(practice, agent: User) -> TokenOrder:
    buyer = a_buyer(practice)
    return order_at_no_cost(user=buyer, agent=agent, reason="Worn out.", at=timezone.now())


def test_of_two_orders_one_gets_the_serial_and_nobody_else_binds_it(practice, agents):
    with crowd(3) as at_once:
        for _round in range(ROUNDS):
            fob = factories.a_fob_in_stock()
            orders = [a_free_order(practice, agent) for agent in agents]
            acts = [pack(*each) for each in zip(orders, [fob.serial] * 2, agents, strict=True)]
            told = runs(at_once, [*acts, bind(a_buyer(practice), fob)])

            assert Counter(told)["done"] == 1, told
            assert set(told[:2]) <= {"done", "serial-not-free"}
            assert told[2] in {"done", "serial-and-pair-rejected"}
            held = Reservation.objects.filter(seed_record__serial=fob.serial).count()
            assert held + HardToken.objects.filter(seed_record__serial=fob.serial).count() == 1


def test_of_two_agents_each_packs_and_the_order_keeps_one_token(practice, agents):
    with crowd(2) as at_once:
        for number in range(1, ROUNDS + 1):
            order = a_free_order(practice, agents[0])
            serials = [factories.a_fob_in_stock().serial for _agent in agents]
            acts = [pack(order, *each) for each in zip(serials, agents, strict=True)]
            told = runs(at_once, acts)

            assert told == ["done", "done"]  # the second packs another one instead
            assert now(order).reservation.serial in serials
            assert Reservation.objects.filter(seed_record__isnull=False).count() == number


def test_a_refund_is_asked_for_and_sent_once(stripe, practice, agents):
    with crowd(2) as at_once:
        for number in range(1, ROUNDS + 1):
            order = a_paid_order(stripe, a_buyer(practice))
            how = {"order": order, "reason": "Asked.", "at": timezone.now()}
            told = runs(at_once, [partial(call_off_order, agent=each, **how) for each in agents])
            refund = Refund.objects.get(checkout__order=order)
            rows = [Refund.objects.select_related("checkout").get(pk=refund.pk) for _ in agents]
            at_once([partial(send_refund, refund=each, at=timezone.now()) for each in rows])

            assert Counter(told) == {"done": 1, "nothing-to-refund": 1}
            assert now(order).status == "refunded"
            assert len(stripe.requests("POST /v1/refunds")) == number


def test_called_back_or_added_but_never_both(stripe, practice, agents):
    with crowd(2) as at_once:
        for _round in range(ROUNDS):
            fob, buyer = factories.a_fob_in_stock(), a_buyer(practice)
            order = shipped(a_paid_order(stripe, buyer), serial=fob.serial)
            late = timezone.now() + timedelta(days=31)
            told = runs(at_once, [partial(follow_order, order=order, at=late), bind(buyer, fob)])

            reservation = now(order).reservation
            was_added = spares.was_added(reservation) is not None
            assert was_added == (told[1] == "done")
            assert was_added != (reservation.recalled_at is not None)
