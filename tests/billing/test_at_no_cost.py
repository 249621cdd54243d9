"""Where a spare costs nothing there is no payment, and nothing of Stripe is needed."""

from __future__ import annotations

import pytest

from billing.models import TokenOrder
from epcs_portal.audit.models import AuditEvent
from tests.billing.ordering import HOME, NEW, PRACTICE, letters, subject_of
from tests.pages import submit
from tests.tokens.reading import read
from tokens.models import Reservation, SecurityNotice


@pytest.fixture
def free(prescriber, settings):
    settings.SPARE_TOKEN_PRICE = 0
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = "", "http://127.0.0.1:1"
    prescriber.email = "sam@lakeside.example"
    prescriber.save()


def test_the_form_places_the_order(free, signed_in, prescriber):
    page = read(signed_in.get(NEW))
    answer = submit(signed_in, NEW, **PRACTICE)

    order = TokenOrder.objects.get()
    assert "Place order" in page
    assert "Pay Now" not in page
    assert answer.url.startswith(f"/epcs/orders/{order.pk}/?done=")
    assert (order.status, order.price_cents) == ("paid", 0)
    assert not order.checkouts.exists()
    assert Reservation.objects.get().order == order.pk
    paid = AuditEvent.objects.get(event="order.paid")
    assert (paid.person, paid.actor, paid.facts) == (prescriber, prescriber, {"cents": 0})


def test_its_receipt_says_so(free, signed_in):
    answer = submit(signed_in, NEW, **PRACTICE)

    page = read(signed_in.get(answer.url))
    [letter] = letters()
    assert "No cost" in page
    assert "Placed on" in page
    assert "Paid on" not in page
    assert letter.recipient == "sam@lakeside.example"
    assert subject_of(letter).startswith("Your receipt for order EP-")
    assert signed_in.get(f"/epcs/orders/{TokenOrder.objects.get().pk}/receipt.pdf")


def test_elsewhere_it_asks_for_a_step_up_all_the_same(free, signed_in, fob):
    answer = submit(signed_in, NEW, **HOME)
    asked = signed_in.get(answer.url)
    submit(signed_in, "/epcs/verify/token/", otp=fob.press())
    page = f"/epcs/orders/{TokenOrder.objects.get().pk}/pay/"
    shown = read(signed_in.get(page))
    placed = submit(signed_in, page)

    assert asked.url.startswith("/epcs/verify/?for=ship-elsewhere")
    assert "Place order" in shown
    assert placed.url.startswith(f"/epcs/orders/{TokenOrder.objects.get().pk}/?done=")
    assert TokenOrder.objects.get().status == "paid"
    assert SecurityNotice.objects.get().change == "spare-elsewhere"


def test_nobody_to_write_to_is_no_trouble(free, signed_in, prescriber):
    prescriber.email = ""
    prescriber.save()

    submit(signed_in, NEW, **PRACTICE)

    assert TokenOrder.objects.get().status == "paid"
    assert letters() == []
