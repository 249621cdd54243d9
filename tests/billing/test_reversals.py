"""What takes a payment back: refunds and disputes. And payments that take a bank some days."""

from __future__ import annotations

import pytest
from django.utils import timezone

from billing.flows.take_back_spare import take_back_spare
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.billing.ordering import (
    COMPLETED,
    a_checkout,
    a_paid_order,
    hear,
    letters,
    now,
    opened,
    shipped,
)
from tokens.models import Reservation

REFUNDED, FAILED = "charge.refunded", "refund.failed"
DISPUTED, CLOSED = "charge.dispute.created", "charge.dispute.closed"
SUCCEEDED = "checkout.session.async_payment_succeeded"
LATER_FAILED = "checkout.session.async_payment_failed"


@pytest.fixture
def paid(stripe, buyer):
    return a_paid_order(stripe, buyer)


def intent_of(order):
    return order.checkouts.get().payment_intent


def standing(order):
    order = now(order)
    return order.status, order.held_for


def test_what_was_refunded_at_the_dashboard_ends_the_order(stripe, paid):
    stripe.refund(intent_of(paid))

    hear(stripe, REFUNDED, REFUNDED)

    assert standing(paid) == ("refunded", "")
    assert Reservation.objects.get().ended_at is not None
    assert [each.recipient for each in letters("Order")] == ["sam@lakeside.example"]
    event = AuditEvent.objects.get(event="order.refunded")
    assert event.facts == {"cents": 3500}


def test_a_token_that_left_is_nobodys_after_a_refund(stripe, paid):
    order = shipped(paid)
    stripe.refund(intent_of(paid))

    hear(stripe, REFUNDED)

    spare = Reservation.objects.get()
    assert standing(order) == ("refunded", "")
    assert (spare.recalled_at is not None, spare.ended_at) == (True, None)


def test_a_token_that_came_back_is_left_free_by_its_refund(stripe, paid):
    order, agent = shipped(paid), factories.a_person(is_staff=True)
    take_back_spare(order=order, reason="came back", agent=agent, at=timezone.now())
    stripe.refund(intent_of(paid))

    hear(stripe, REFUNDED)

    assert standing(order) == ("refunded", "")
    assert Reservation.objects.get().recalled_at is None


def test_an_order_that_was_promised_no_token_has_none_to_let_go(stripe, buyer):
    checkout, at = a_checkout(buyer), timezone.now()
    other = Reservation.objects.create(user=buyer, ordered_at=at, expected_on=at.date())
    stripe.refund(stripe.pay(checkout.session_id)["payment_intent"]["id"])

    hear(stripe, COMPLETED, REFUNDED)

    assert standing(checkout.order) == ("refunded", "")
    other.refresh_from_db()
    assert (other.ended_at, other.recalled_at) == (None, None)


def test_a_part_that_was_refunded_is_for_support_to_look_at(stripe, paid):
    stripe.refund(intent_of(paid), amount=500)
    hear(stripe, REFUNDED)
    part = standing(paid)
    stripe.refund(intent_of(paid))
    hear(stripe, REFUNDED)

    assert part == ("paid", "refunded-in-part")
    assert standing(paid) == ("refunded", "")


def test_a_refund_that_comes_back_is_for_support_to_look_at(stripe, paid):
    refund = stripe.refund(intent_of(paid))
    hear(stripe, REFUNDED)
    stripe.fail_refund(refund["id"])

    hear(stripe, FAILED)

    assert standing(paid) == ("refunded", "refund-failed")


def test_that_a_refund_failed_may_be_told_before_that_it_was_made(stripe, paid):
    refund = stripe.refund(intent_of(paid))
    stripe.fail_refund(refund["id"])

    hear(stripe, FAILED, REFUNDED)

    assert standing(paid) == ("paid", "")


def test_a_dispute_stops_the_order_and_one_that_was_won_lets_it_go_on(stripe, paid):
    stripe.dispute(intent_of(paid))
    hear(stripe, DISPUTED)
    meanwhile = standing(paid)
    stripe.close_dispute(intent_of(paid), "won")
    hear(stripe, CLOSED)

    assert meanwhile == ("disputed", "")
    assert standing(paid) == ("paid", "")
    said = AuditEvent.objects.filter(event__startswith="order.disput").order_by("sequence")
    assert [each.event for each in said] == ["order.disputed", "order.dispute_ended"]


def test_one_that_was_won_leads_back_to_where_the_order_was(stripe, paid):
    order = shipped(paid)
    stripe.dispute(intent_of(paid))
    hear(stripe, DISPUTED)
    stripe.close_dispute(intent_of(paid), "won")

    hear(stripe, CLOSED, DISPUTED)

    assert standing(order) == ("shipped", "")


def test_one_that_was_lost_ends_the_order_however_often_it_is_told(stripe, paid):
    stripe.dispute(intent_of(paid))
    stripe.close_dispute(intent_of(paid), "lost")

    hear(stripe, CLOSED, DISPUTED)

    assert standing(paid) == ("refunded", "")
    assert Reservation.objects.get().ended_at is not None


def test_a_lost_dispute_is_not_told_as_money_that_we_sent_back(stripe, paid):
    stripe.dispute(intent_of(paid))
    stripe.close_dispute(intent_of(paid), "lost")

    hear(stripe, CLOSED)

    texts = [each.outgoing(timezone.now()).text for each in letters("Order")]
    assert not any("We sent the money" in each for each in texts)


def test_a_payment_that_takes_days_is_paid_when_the_bank_said_so(stripe, buyer):
    checkout = a_checkout(buyer)
    stripe.pay(checkout.session_id, delayed=True)
    hear(stripe, COMPLETED)
    meanwhile = standing(checkout.order), checkout.order.checkouts.get().settled_at
    stripe.settle(checkout.session_id)

    hear(stripe, SUCCEEDED)

    assert meanwhile == (("awaiting-payment", ""), None)
    assert standing(checkout.order) == ("paid", "")
    assert now(checkout.order).paid_with == "Us bank account"


def test_one_that_the_bank_refused_leaves_the_order_for_another(stripe, buyer):
    checkout = a_checkout(buyer)
    stripe.pay(checkout.session_id, delayed=True)
    stripe.settle(checkout.session_id, succeeded=False)

    hear(stripe, COMPLETED, LATER_FAILED)

    assert standing(checkout.order) == ("awaiting-payment", "")
    assert opened(checkout.order).attempt == 2
