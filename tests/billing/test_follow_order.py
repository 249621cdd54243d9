"""What becomes of a spare that left: its owner adds it, or it is called back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as policy
from django.test import Client
from django.utils import timezone

from billing import selectors
from billing.flows.follow_order import follow_order
from billing.models import TokenOrder
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.billing.ordering import a_paid_order, now, shipped
from tests.pages import submit
from tests.tokens.reading import read
from tokens.models import HardToken, Reservation, SecurityNotice

ADD = "/epcs/token/add/"
NOT_TOGETHER = "This serial number and these passwords don't go together."


@pytest.fixture
def fob(buyer):
    return factories.a_fob_in_stock("GALH87654321")


@pytest.fixture
def order(stripe, buyer, fob):
    return shipped(a_paid_order(stripe, buyer), serial=fob.serial)


@pytest.fixture
def granted(browser, buyer):
    factories.a_grant(buyer)
    return browser


def follow(*, later=timedelta()):
    at = timezone.now() + later
    for order in selectors.orders_to_follow(at):
        follow_order(order=order, at=at)
    return now(TokenOrder.objects.get())


def test_what_arrives_does_nothing_until_it_is_added(order, fob, buyer):
    assert not HardToken.objects.exists()
    assert Reservation.objects.get().seed_record.serial == fob.serial
    assert follow().status == "shipped"


def test_its_owner_adds_it_and_the_order_is_over(granted, order, fob):
    submit(granted, ADD, serial=fob.serial, **fob.press_twice())

    followed = follow()

    token = HardToken.objects.get()
    assert (followed.status, followed.activated_at) == ("activated", token.bound_at)
    assert Reservation.objects.get().ended_at is not None
    assert AuditEvent.objects.get(event="order.activated").subject == str(order)
    assert "Your token was added" in read(granted.get(f"/epcs/orders/{order.pk}/"))
    assert selectors.orders_to_follow(timezone.now()) == []


def test_another_token_that_its_owner_adds_ends_nothing(granted, order):
    other = factories.a_fob_in_stock("GALH11112222")

    submit(granted, ADD, serial=other.serial, **other.press_twice())

    assert HardToken.objects.get().serial == other.serial
    assert follow().status == "shipped"


def test_nobody_else_adds_what_was_ordered(order, fob):
    finder = factories.a_prescriber()
    factories.a_grant(finder)
    browser = Client()
    browser.force_login(finder)

    page = read(submit(browser, ADD, serial=fob.serial, **fob.press_twice()))

    assert NOT_TOGETHER in page
    assert not HardToken.objects.exists()
    assert now(order).status == "shipped"


def test_after_thirty_days_it_is_called_back_and_its_owner_is_told(granted, order, fob):
    early = follow(later=policy.SPARE_RECALLED_AFTER - timedelta(minutes=1)).reservation
    late = follow(later=policy.SPARE_RECALLED_AFTER)
    follow(later=policy.SPARE_RECALLED_AFTER + timedelta(days=1))

    assert early.recalled_at is None
    assert (late.status, late.reservation.recalled_at is not None) == ("shipped", True)
    notices = SecurityNotice.objects.filter(change="spare-recalled")
    assert [each.subject for each in notices] == [f"hard token {fob.serial}"]
    assert AuditEvent.objects.filter(event="order.recalled").count() == 1
    page = read(granted.get(f"/epcs/orders/{order.pk}/"))
    assert "Your spare can't be added any more" in page
    assert "When it arrives" not in page


def test_what_was_called_back_nobody_adds_at_all(granted, order, fob):
    follow(later=policy.SPARE_RECALLED_AFTER)

    page = read(submit(granted, ADD, serial=fob.serial, **fob.press_twice()))

    assert NOT_TOGETHER in page
    assert not HardToken.objects.exists()
    assert follow(later=policy.SPARE_RECALLED_AFTER).status == "shipped"


def test_after_that_another_is_ordered(granted, order):
    closed = read(granted.get("/epcs/orders/new/"))
    follow(later=policy.SPARE_RECALLED_AFTER)

    assert "One at a time is the maximum" in closed
    assert "Where should we ship it?" in read(granted.get("/epcs/orders/new/"))


def test_what_is_followed_though_it_did_not_leave_stays(stripe, buyer):
    order = a_paid_order(stripe, buyer)

    follow_order(order=order, at=timezone.now() + policy.SPARE_RECALLED_AFTER)

    assert now(order).status == "paid"
    assert Reservation.objects.get().recalled_at is None


def test_one_that_was_taken_back_is_not_taken_for_added(order):
    Reservation.objects.update(ended_at=timezone.now())

    assert follow().status == "shipped"
