"""How many statements a page costs. Fixed, and the same however much there is to look through."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories, pages

pytestmark = pytest.mark.django_db
BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def statements(act) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(BOOKKEEPING)
    ]


def test_spending_a_password_costs_at_most_fourteen(signed_in, token, fob):
    page = reverse("token_test", args=[token.pk])
    pages.submit(signed_in, page, otp=fob.press())
    form_key = pages.form_key_on(signed_in, page)
    fields = {"form_key": form_key, "otp": fob.press()}

    spent = statements(lambda: signed_in.post(page, fields))

    assert len(spent) <= 14, "\n".join(spent)


def test_a_refusal_costs_no_more(signed_in, token, fob):
    page = reverse("token_test", args=[token.pk])
    pages.submit(signed_in, page, otp=fob.press())
    fields = {"form_key": pages.form_key_on(signed_in, page), "otp": fob.wrong()}

    refused = statements(lambda: signed_in.post(page, fields))

    assert len(refused) <= 14, "\n".join(refused)


def test_the_card_page_costs_the_same_with_many_events(signed_in, token, fob):
    page = reverse("settings_epcs")
    signed_in.get(page)
    before = statements(lambda: signed_in.get(page))
    for _event in range(20):
        pages.submit(signed_in, reverse("token_test", args=[token.pk]), otp=fob.press())
    for number in range(20):
        factories.a_hard_token(factories.a_prescriber(), presses=number)

    after = statements(lambda: signed_in.get(page))

    assert len(after) == len(before) <= 13, "\n".join(after)
