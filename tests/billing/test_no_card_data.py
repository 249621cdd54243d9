"""Card data never comes near the portal: no field, no column, no address and no log line for it."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.forms import Form, ModelForm
from django.urls import URLPattern, URLResolver, get_resolver

from tests.billing.ordering import COMPLETED, a_paid_order, hear
from tests.billing.stand_in import DECLINED_CARD, GOOD_CARD

ROOT = Path(__file__).parents[2]
DEMO = ("epcs_portal/demo/", "templates/demo/")
SOURCES = sorted(
    path
    for folder in ("accounts", "billing", "epcs_portal", "prescriptions", "templates", "tokens")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".html", ".txt"} and not str(path.relative_to(ROOT)).startswith(DEMO)
)
# What a browser, a form or a column for a card would be called by.
OF_CARDS = re.compile(
    r"\bcc-(?:number|csc|exp|name)|\bcvv|\bcvc\b|\bcsc\b|security.code|card.?(?:number|num\b|no\b)"
    r"|credit.?card|\bpan\b|expiration.(?:date|month|year)|payment_method_data",
    re.IGNORECASE,
)


def is_ours(thing):
    return not thing.__module__.startswith("epcs_portal.demo")


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 400
    assert OF_CARDS.search('<input autocomplete="cc-number">')
    assert OF_CARDS.search("card_number = models.CharField()")
    assert GOOD_CARD in texts("4242 4242-42424242")


@pytest.mark.parametrize("folder", ["templates", "accounts", "billing", "epcs_portal", "tokens"])
def test_no_source_has_a_field_for_a_card(folder):
    found = {
        f"{path.relative_to(ROOT)}: {word[0]}"
        for path in SOURCES
        if path.is_relative_to(ROOT / folder)
        for word in OF_CARDS.finditer(path.read_text())
    }

    assert found == set()


def test_no_model_has_a_column_for_a_card():
    columns = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if is_ours(model)
        for field in model._meta.get_fields()
    ]

    assert len(columns) > 300
    assert [each for each in columns if OF_CARDS.search(each.replace("_", " "))] == []


def forms_of(kind):
    for each in kind.__subclasses__():
        yield each
        yield from forms_of(each)


def test_no_form_has_a_field_for_a_card():
    forms = {each for kind in (Form, ModelForm) for each in forms_of(kind) if is_ours(each)}
    fields = {
        f"{form.__name__}.{name} {field.label} {field.widget.attrs.get('autocomplete', '')}"
        for form in forms
        for name, field in getattr(form, "base_fields", {}).items()
    }

    assert len(fields) > 40
    assert [each for each in fields if OF_CARDS.search(each.replace("_", " "))] == []


def patterns_of(resolver):
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns_of(each)
        elif isinstance(each, URLPattern) and is_ours(each.callback):
            yield str(each.pattern)


def test_no_address_names_a_card():
    addresses = list(patterns_of(get_resolver()))

    assert len(addresses) > 100
    assert [each for each in addresses if OF_CARDS.search(each)] == []


def test_no_log_line_has_room_for_what_was_typed():
    formats = [each["format"] for each in settings.LOGGING["formatters"].values()]

    assert formats == ["%(asctime)s %(levelname)s %(name)s %(message)s"]
    assert settings.LOGGING["loggers"]["stripe"] == {"level": "WARNING"}


def everything_stored():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("demo_"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield from ((table, value) for value in row if value is not None)


def texts(value):
    """What is stored as text, without what people put between digits."""
    is_binary = isinstance(value, bytes | memoryview)
    return re.sub("[ -]", "", bytes(value).decode("latin-1") if is_binary else str(value))


def test_after_a_payment_no_number_of_a_card_is_stored_or_logged(stripe, buyer, browser, caplog):
    with caplog.at_level(logging.DEBUG):
        order = a_paid_order(stripe, buyer, card=GOOD_CARD)
        browser.get(f"/epcs/orders/{order.pk}/")
        browser.get(f"/epcs/orders/{order.pk}/receipt.pdf")

    stored = list(everything_stored())
    tables = {table for table, _value in stored}
    assert {"billing_tokenorder", "billing_checkout", "billing_paymentevent"} <= tables
    assert "delivery_message" in tables
    assert any("Visaending4242" in texts(value) for _table, value in stored)
    for card in (GOOD_CARD, DECLINED_CARD, "424242424242"):
        assert not [table for table, value in stored if card in texts(value)]
        assert card not in caplog.text


def test_what_the_events_said_of_people_and_cards_is_not_stored(stripe, buyer):
    a_paid_order(stripe, buyer, email="payer@lakeside.example")
    stripe.refund(buyer.token_orders.get().checkouts.get().payment_intent)
    hear(stripe, "charge.refunded", COMPLETED)

    kept = [value for table, value in everything_stored() if table == "billing_paymentevent"]
    assert not [each for each in kept if "payer@" in texts(each) or "visa" in texts(each).lower()]


def test_none_of_it_is_asked_of_stripe(stripe, buyer):
    a_paid_order(stripe, buyer)

    asked = stripe.requests()
    words = " ".join(str(each["params"]) for each in asked)
    assert len(asked) == 2
    assert not re.search(r"payment_method_(?:data|details)|'card'|'number'", words)
