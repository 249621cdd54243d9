"""The receipt of an order: by e-mail, on its page and as PDF, and always the same."""

from __future__ import annotations

import re
import zlib
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from billing.flows.send_receipt_again import send_receipt_again
from billing.receipt_pdf import pdf_of
from billing.receipts import receipt_of
from epcs_portal.delivery.models import Message
from tests import factories
from tests.billing.ordering import COMPLETED, a_checkout, a_paid_order, hear, letters, now
from tests.tokens.reading import read


@pytest.fixture
def order(stripe, buyer):
    return a_paid_order(stripe, buyer, email="billing@lakeside.example")


def text_in(pdf):
    """The words that stand on the page, as fpdf writes them: one string after the other."""
    assert pdf.startswith(b"%PDF-")
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    words = []
    for stream in streams:
        shown = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", zlib.decompress(stream))
        words += [re.sub(rb"\\([()\\])", rb"\1", each).decode("latin-1") for each in shown]
    return "\n".join(words)


def test_it_goes_once_to_the_address_that_was_typed_at_the_payment(stripe, order):
    hear(stripe, COMPLETED)

    [letter] = letters()
    said = letter.outgoing(timezone.now())
    assert letter.recipient == "billing@lakeside.example"
    assert letter.person == order.user
    assert letter.expires_at - letter.created_at == timedelta(days=3)
    assert said.subject == f"Your receipt for order {order.number}"
    for half in (said.text, said.html):
        assert all(
            each in half
            for each in (
                order.number,
                "$35.00",
                "Visa ending 4242",
                "Total paid",
                "48 Lake Street",
                order.user.practice.name,
                "billing@lakeside.example",
            )
        )
    assert "<table" in said.html
    assert "<" not in said.text


def test_its_words_are_sealed(order):
    [letter] = Message.objects.all()

    assert b"EP-" not in bytes(letter.sealed)
    assert b"4242" not in bytes(letter.sealed)


def test_what_a_name_says_is_text_and_no_markup(stripe, buyer):
    buyer.last_name = "O'Brien <b>&</b>"
    buyer.save()
    a_paid_order(stripe, buyer)

    [letter] = letters()
    said = letter.outgoing(timezone.now())
    assert "O'Brien <b>&</b>" in said.text
    assert "O&#x27;Brien &lt;b&gt;&amp;&lt;/b&gt;" in said.html


def test_it_says_when_by_the_clock_of_the_practice(order):
    [letter] = letters()

    said = letter.outgoing(timezone.now()).text
    paid = order.paid_at.astimezone(ZoneInfo("America/New_York"))
    assert f"Paid on: {paid:%B %-d, %Y, %-I:%M %p %Z}" in said


def test_support_sends_it_again_to_the_same_address(order):
    agent = factories.a_person(is_staff=True)

    send_receipt_again(order=order, agent=agent, at=timezone.now())

    first, second = letters()
    assert first.recipient == second.recipient == "billing@lakeside.example"
    assert first.outgoing(timezone.now()).text == second.outgoing(timezone.now()).text


def test_the_page_and_the_pdf_say_the_same(browser, order):
    page = read(browser.get(f"/epcs/orders/{order.pk}/"))
    answer = browser.get(f"/epcs/orders/{order.pk}/receipt.pdf")

    words = text_in(answer.content)
    receipt = receipt_of(order)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="receipt-{order.number}.pdf"'
    facts = [each["value"] for each in receipt["facts"] if "on" not in each["label"]]
    amounts = [each["amount"] for each in receipt["rows"]]
    for each in [*facts, *amounts, *receipt["ship_to"], receipt["total"], receipt["seller"]]:
        assert each in page
        assert each in words
    assert "Demo" in page
    assert "Demo - not a real payment" in words


def test_there_is_none_of_what_was_not_paid(browser, stripe, buyer):
    checkout = a_checkout(buyer)

    assert browser.get(f"/epcs/orders/{checkout.order_id}/receipt.pdf").status_code == 404


def test_after_a_refund_it_says_when(stripe, browser, order):
    stripe.refund(order.checkouts.get().payment_intent)
    hear(stripe, "charge.refunded")

    page = read(browser.get(f"/epcs/orders/{order.pk}/"))

    assert "This order was refunded" in page
    assert "Refunded on" in page
    assert "Refunded on" in text_in(browser.get(f"/epcs/orders/{order.pk}/receipt.pdf").content)
    assert now(order).status == "refunded"


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("José Ñandú", "José Ñandú"),
        ("Jose\u0301", "José"),
        ("Łukasz Žižek", "?ukasz Zizek"),
        ("Đặng Thị Hạnh", "?ang Thi Hanh"),
        ("王小明", "???"),
        ("Ana 🙂", "Ana ?"),
        ("A (B) \\ C", "A (B) \\ C"),
        ("ﬁne – so", "fine - so"),
    ],
)
def test_letters_that_a_reader_of_pdf_may_lack_lose_their_accents(name, printed):
    receipt = {
        "number": "EP-00000001",
        "facts": [],
        "ship_to": [name],
        "rows": [],
        "total_label": "Total",
        "total": "$0.00",
        "expected": "",
        "seller": "",
        "support_phone": "",
        "demo": False,
    }

    assert printed in text_in(pdf_of(receipt))


def test_a_long_address_is_broken_into_lines_of_one_page(order):
    order.recipient, order.practice_name = "W" * 340, "M" * 100

    pdf = pdf_of(receipt_of(order))

    assert pdf.count(b"/Type /Page\n") == 1
    assert text_in(pdf).replace("\n", "").count("W") >= 340
