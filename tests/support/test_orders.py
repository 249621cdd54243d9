"""What agents do with orders: a page for each act, one flow, a line on the trail."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from billing.flows.apply_event import apply_event
from billing.flows.begin_payment import begin_payment
from billing.flows.follow_order import follow_order
from billing.flows.place_order import place_order
from billing.flows.send_refund import send_refund
from billing.models import Checkout, PaymentEvent, Refund, TokenOrder
from billing.shipping import of_practice
from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from epcs_portal.demo.models import VirtualCheckout
from epcs_portal.demo.paying import CARDS, pay_with_card
from epcs_portal.support.orders import stock_level
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.reading import read
from tokens import stock
from tokens.models import HardToken, Reservation, SecurityNotice, SeedRecord

pytestmark = pytest.mark.django_db
WHY = "The prescriber called from the number on file."
TRACKING = "9400 1000 0000 0000 0000 00"
FREE = "GALH87654321"


def page(act: str, order: TokenOrder) -> str:
    return reverse(f"staff_order_{act}", args=[order.pk])


def page_of(order: TokenOrder) -> str:
    return reverse("admin:billing_tokenorder_change", args=[order.pk])


def last_event(person: User) -> AuditEvent:
    events = AuditEvent.objects.filter(person=person, event__startswith="order.")
    return events.latest("sequence")


def now(order: TokenOrder) -> TokenOrder:
    return TokenOrder.objects.select_related("user", "reservation__seed_record").get(pk=order.pk)


@pytest.fixture
def buyer() -> User:
    person = factories.a_prescriber()
    person.email = "sam@lakeside.example"
    person.save()
    return person


def an_order(person: User) -> TokenOrder:
    assert person.practice is not None
    at, shipping = timezone.now(), of_practice(person.practice)
    order = place_order(user=person, ordered_by=person, shipping=shipping, at=at)
    begin_payment(order=order, actor=person, authority=None, at=at)
    return now(order)


@pytest.fixture
def unpaid(buyer) -> TokenOrder:
    return an_order(buyer)


@pytest.fixture
def paid(unpaid) -> TokenOrder:
    at = timezone.now()
    checkout = VirtualCheckout.objects.get(asked__order=str(unpaid.pk))
    pay_with_card(checkout, card=CARDS["4242424242424242"], email="pay@lakeside.example", at=at)
    event = PaymentEvent.objects.create(
        event_id="evt_1",
        kind="checkout.session.completed",
        session_id=checkout.session_id,
        happened_at=at,
        received_at=at,
        due_at=at,
    )
    apply_event(event=event, at=at)
    return now(unpaid)


@pytest.fixture
def free(buyer, settings) -> TokenOrder:
    settings.SPARE_TOKEN_PRICE = 0
    return an_order(buyer)


@pytest.fixture
def packed(at_support, paid) -> TokenOrder:
    factories.a_fob_in_stock(FREE)
    submit(at_support, page("pack", paid), serial=FREE)
    return now(paid)


@pytest.fixture
def shipped(at_support, packed) -> TokenOrder:
    submit(at_support, page("ship", packed), carrier="usps", tracking_number=TRACKING)
    return now(packed)


def test_a_serial_is_typed_as_one_likes_and_kept_for_the_buyer(at_support, agent, paid):
    factories.a_fob_in_stock(FREE)

    done = submit(at_support, page("pack", paid), serial="galh 8765 4321")

    assert f'<span class="mono">{FREE}</span> is kept for this buyer.' in read(
        at_support.get(done.url)
    )
    reservation = Reservation.objects.get()
    assert (reservation.user, reservation.serial, reservation.reserved_by) == (
        paid.user,
        FREE,
        agent,
    )
    assert (now(paid).status, now(paid).packed_at) == ("packed", reservation.reserved_at)
    assert (last_event(paid.user).event, last_event(paid.user).actor) == ("order.packed", agent)
    other = factories.a_prescriber()
    assert stock.free_seed_record(FREE, for_user=other, at=timezone.now()) is None
    assert stock.free_seed_record(FREE, for_user=paid.user, at=timezone.now()) is not None


def gone(reason: str) -> dict[str, object]:
    return {"status": "removed", "removed_at": F("bound_at"), "reason": reason}


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (None, "not known"),
        ({}, "somebody has it"),
        ({"status": "reported", "reported_at": F("bound_at")}, "never bound again: reported lost"),
        (gone("lost"), "never bound again: lost"),
        (gone("broken"), "never bound again: broken or battery empty"),
    ],
)
def test_a_serial_that_is_not_free_is_refused_and_why(at_support, paid, columns, why):
    token, _fob = factories.a_hard_token(factories.a_prescriber())
    HardToken.objects.filter(pk=token.pk).update(**columns or {"failures": 0})

    refused = submit(
        at_support, page("pack", paid), serial="GALH99999999" if columns is None else token.serial
    )

    assert f"This token is not free in stock: {why}" in read(refused)
    assert now(paid).status == "paid"
    assert last_event(paid.user).event == "order.not_moved"


def test_what_is_promised_to_another_or_expired_is_not_packed(at_support, paid):
    factories.a_fob_in_stock(FREE)
    old = factories.a_fob_in_stock()
    SeedRecord.objects.filter(serial=old.serial).update(expires_at=timezone.now())
    factories.a_spare_on_its_way(factories.a_prescriber(), FREE)

    taken, expired = (
        read(submit(at_support, page("pack", paid), serial=serial)) for serial in (FREE, old.serial)
    )

    assert "not free in stock: on its way to somebody" in taken
    assert "not free in stock: expired." in expired


def test_another_token_may_be_packed_and_the_first_is_free_again(at_support, packed):
    other = factories.a_fob_in_stock()

    submit(at_support, page("pack", packed), serial=other.serial)
    submit(at_support, page("pack", packed), serial=other.serial)

    assert Reservation.objects.get().serial == other.serial
    somebody = factories.a_prescriber()
    assert stock.free_seed_record(FREE, for_user=somebody, at=timezone.now()) is not None


def test_the_buyer_is_told_when_it_leaves(at_support, packed):
    done = submit(at_support, page("ship", packed), carrier="ups", tracking_number="1z 999-aa1")

    order = now(packed)
    assert "The buyer is told." in read(at_support.get(done.url))
    assert (order.status, order.carrier, order.tracking_number) == ("shipped", "ups", "1Z999AA1")
    assert order.reservation.sent_at == order.shipped_at
    assert order.reservation.expected_on == order.expected_on >= order.shipped_at.date()
    notice = SecurityNotice.objects.get(user=order.user, change="spare-sent")
    assert notice.subject == f"hard token {FREE}"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"carrier": ""}, "Select the carrier."),
        ({"tracking_number": ""}, "Enter the tracking number."),
        ({"tracking_number": "12345"}, "A tracking number has 6 to 40 letters and digits."),
        ({"tracking_number": "12345?x"}, "A tracking number has 6 to 40 letters and digits."),
    ],
)
def test_a_parcel_needs_a_carrier_and_a_number(at_support, packed, typed, sentence):
    fields = {"carrier": "usps", "tracking_number": TRACKING} | typed

    assert sentence in read(submit(at_support, page("ship", packed), **fields))
    assert now(packed).status == "packed"


def test_each_step_waits_for_the_one_before(at_support, paid):
    fields = {"carrier": "usps", "tracking_number": TRACKING}

    shipped = read(submit(at_support, page("ship", paid), **fields))
    delivered = read(submit(at_support, page("delivered", paid)))

    assert "Nothing was done: the order is to be packed now." in shipped
    assert "Nothing was done: the order is to be packed now." in delivered
    assert now(paid).status == "paid"


def test_delivered_and_the_receipt_once_more_to_where_it_went(at_support, shipped):
    submit(at_support, page("delivered", shipped))
    submit(at_support, page("receipt", shipped))

    assert now(shipped).status == "delivered"
    receipts = Message.objects.filter(channel="email")
    assert list(receipts.values_list("recipient", flat=True)) == ["pay@lakeside.example"] * 2
    assert last_event(shipped.user).event == "order.receipt_sent_again"


def test_there_is_no_receipt_of_what_was_not_paid(at_support, unpaid):
    assert "the order is awaiting payment now" in read(submit(at_support, page("receipt", unpaid)))
    assert not Message.objects.exists()


def test_money_goes_back_and_the_token_is_free_again(at_support, packed):
    done = submit(at_support, page("call_off", packed), reason=WHY)

    assert "The refund is on its way" in read(at_support.get(done.url))
    send_refund(refund=Refund.objects.get(), at=timezone.now())
    order = now(packed)
    assert (order.status, order.reservation.ended_at is not None) == ("refunded", True)
    assert VirtualCheckout.objects.get().refunded_cents == order.price_cents
    assert Message.objects.filter(recipient="pay@lakeside.example").count() == 2


def test_a_refund_is_asked_for_once(at_support, paid):
    key = form_key_on(at_support, page("call_off", paid))
    for _click in range(2):
        at_support.post(page("call_off", paid), {"form_key": key, "reason": WHY})

    again = read(submit(at_support, page("call_off", paid), reason=WHY))

    assert "a refund is under way already" in again
    assert Refund.objects.count() == 1


def test_what_cost_nothing_is_canceled_while_it_is_here(at_support, free):
    factories.a_fob_in_stock(FREE)
    submit(at_support, page("pack", free), serial=FREE)

    submit(at_support, page("call_off", free), reason=WHY)

    assert now(free).status == "canceled"
    assert Reservation.objects.get().ended_at is not None
    assert "the order is canceled now" in read(
        submit(at_support, page("call_off", free), reason=WHY)
    )


def test_an_unpaid_order_is_canceled_and_its_payment_page_closed(at_support, unpaid):
    submit(at_support, page("cancel", unpaid))
    submit(at_support, page("look", unpaid))

    assert now(unpaid).status == "canceled"
    assert VirtualCheckout.objects.get().status == "expired"
    assert Checkout.objects.get().settled_at is not None


def test_a_held_order_is_not_packed_until_the_hold_ends(at_support, paid):
    factories.a_fob_in_stock(FREE)
    TokenOrder.objects.update(held_for="paid-twice", held_at=timezone.now())

    held = read(submit(at_support, page("pack", paid), serial=FREE))
    submit(at_support, page("hold_end", paid), reason=WHY)
    again = read(submit(at_support, page("hold_end", paid), reason=WHY))
    submit(at_support, page("pack", paid), serial=FREE)

    assert "First look into why this order is held: it was paid twice." in held
    assert "the order is not held now" in again
    assert now(paid).status == "packed"


def test_to_an_address_that_nobody_verified_nothing_is_packed(at_support, paid):
    factories.a_fob_in_stock(FREE)
    TokenOrder.objects.update(ships_elsewhere=True)

    assert "nobody verified the address" in read(
        submit(at_support, page("pack", paid), serial=FREE)
    )


def test_without_a_spare_that_was_promised_nothing_is_packed(at_support, paid):
    factories.a_fob_in_stock(FREE)
    TokenOrder.objects.update(reservation=None)

    assert "without a spare that was promised" in read(
        submit(at_support, page("pack", paid), serial=FREE)
    )


def test_what_came_back_is_free_and_what_was_added_is_not(at_support, shipped):
    submit(at_support, page("back", shipped), reason=WHY)
    again = read(submit(at_support, page("back", shipped), reason=WHY))

    assert now(shipped).status == "canceled"
    assert "the order is canceled now" in again
    somebody = factories.a_prescriber()
    assert stock.free_seed_record(FREE, for_user=somebody, at=timezone.now()) is not None


def test_what_was_refunded_on_its_way_is_nobodys_until_it_came_back(at_support, shipped):
    submit(at_support, page("call_off", shipped), reason=WHY)
    send_refund(refund=Refund.objects.get(), at=timezone.now())
    before = stock.free_seed_record(FREE, for_user=shipped.user, at=timezone.now())

    submit(at_support, page("back", shipped), reason=WHY)

    assert before is None
    assert now(shipped).status == "refunded"
    assert stock.free_seed_record(FREE, for_user=shipped.user, at=timezone.now()) is not None


def test_one_that_was_called_back_is_nobodys_until_it_came_back(at_support, shipped):
    follow_order(order=shipped, at=timezone.now() + timedelta(days=31))
    before = stock.free_seed_record(FREE, for_user=shipped.user, at=timezone.now())
    said = read(at_support.get(page_of(shipped)))

    submit(at_support, page("back", shipped), reason=WHY)

    assert before is None
    assert "nobody can add it until it came back" in said
    assert stock.free_seed_record(FREE, for_user=shipped.user, at=timezone.now()) is not None


def test_support_orders_at_no_cost_for_a_practice(at_support, agent, buyer):
    done = submit(at_support, reverse("staff_spare", args=[buyer.pk]), reason=WHY)

    order = TokenOrder.objects.get()
    assert f'Order <span class="mono">{order.number}</span>' in read(at_support.get(done.url))
    assert (order.status, order.price_cents, order.ordered_by) == ("paid", 0, agent)
    assert order.address == buyer.practice.address
    assert last_event(buyer).event == "order.at_no_cost"
    assert last_event(buyer).facts["reason"] == WHY
    second = read(submit(at_support, reverse("staff_spare", args=[buyer.pk]), reason=WHY))
    assert "A spare hardware token is on its way already." in second


def test_support_orders_none_for_who_is_about_to_pay(at_support, unpaid):
    refused = read(submit(at_support, reverse("staff_spare", args=[unpaid.user.pk]), reason=WHY))

    assert f"an order that is not paid yet, {unpaid.number}. Cancel that one first." in refused
    assert TokenOrder.objects.count() == 1


@pytest.mark.parametrize("act", ["pack", "receipt", "hold_end"])
def test_agents_do_nothing_with_their_own_order(at_support, agent, paid, act):
    prescriber = paid.user.prescriber
    prescriber.user = agent
    prescriber.save()
    order = an_order_of_the_agent(agent)
    factories.a_fob_in_stock(FREE)

    refused = read(submit(at_support, page(act, order), serial=FREE, reason=WHY))

    assert "This is your own order. Another agent has to do it." in refused
    assert "Another agent has to do what is to be done." in read(at_support.get(page_of(order)))
    assert (last_event(agent).event, last_event(agent).facts["outcome"]) == (
        "order.not_moved",
        "own-order",
    )


def an_order_of_the_agent(agent: User) -> TokenOrder:
    """An order of the agent, who is a prescriber too, at home."""
    at = timezone.now()
    return TokenOrder.objects.create(
        number="EP-00000001",
        user=agent,
        ordered_by=agent,
        price_cents=0,
        destination="home",
        recipient=agent.full_name,
        address="7 Cedar Lane",
        city="Winooski",
        state="VT",
        zip_code="05404",
        ordered_at=at,
        changed_at=at,
    )


def test_nobody_is_sent_a_spare_who_is_not_registered_or_is_the_agent(at_support, agent):
    invited = factories.a_prescriber(registered=False)
    own = factories.a_prescriber()
    own.prescriber.user = agent
    own.prescriber.save()

    answers = [
        read(submit(at_support, reverse("staff_spare", args=[each.pk]), reason=WHY))
        for each in (invited, agent)
    ]

    assert "completed EPCS registration" in answers[0]
    assert "This is your own order." in answers[1]
    assert not TokenOrder.objects.exists()


def test_the_first_page_says_what_waits_and_whether_stock_runs_low(at_support, paid, settings):
    settings.STOCK_REORDER_AT = 1
    factories.a_fob_in_stock(FREE)

    before = read(at_support.get("/staff/"))
    TokenOrder.objects.update(held_for="other-amount", held_at=timezone.now())
    factories.a_fob_in_stock()
    after = read(at_support.get("/staff/"))

    assert "Orders to pack (1)" in before
    assert "1 token is free in stock." in before
    assert "Stock is low" in before
    assert "Orders to pack (0)" in after
    assert "Orders on hold (1)" in after
    assert "2 tokens are free in stock." in after
    assert "Stock is low" not in after
    assert stock_level(at=timezone.now()) == {"free": 2, "is_low": False}


def test_the_lists_are_narrowed_and_show_no_address(at_support, paid):
    TokenOrder.objects.update(address="7 Cedar Lane")
    base = "/staff/billing/tokenorder/"

    lists = {
        query: read(at_support.get(f"{base}{query}"))
        for query in ("", "?on_hold=yes", "?on_hold=no", f"?q={paid.number}", "?q=nobody")
    }

    assert [paid.number in text for text in lists.values()] == [True, False, True, True, False]
    assert not any("7 Cedar Lane" in text for text in lists.values())
    assert "7 Cedar Lane" in read(at_support.get(page_of(paid)))


def test_a_persons_page_leads_to_their_orders(at_support, paid):
    person = reverse("admin:accounts_user_change", args=[paid.user.pk])

    assert f'<a href="{page_of(paid)}">To be packed</a>' in read(at_support.get(person))


def test_what_is_not_there_is_not_found(at_support):
    assert at_support.get(reverse("staff_order_pack", args=[uuid4()])).status_code == 404
