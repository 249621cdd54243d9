"""The site is closed by default: every URL is either listed here as open, or asks to sign in."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from epcs_portal.audit.models import AuditEvent
from tests import factories

OPEN = {"healthz", "sign_in", "sign_out", "session", "support", "not_me", "revoked"}
OPEN |= {"mobile_page", "mobile_worker", "mobile_manifest"}
SIGNED_BY_A_PHONE = {"phone_pair", "phone_nonce", "phone_requests", "phone_answer"}
SIGNED_BY_A_PHONE |= {"phone_subscription", "phone_leave"}
SIGNED_BY_A_VENDOR = {"twilio_status", "twilio_call"}
FOR_ANYBODY_SIGNED_IN = {
    "home",
    "profile",
    "activity",
    "activity_export",
    "token_instructions",
    "demo_devices",
}


def _url_names(patterns: list[URLPattern | URLResolver]) -> list[str]:
    names: list[str] = []
    for pattern in patterns:
        if getattr(pattern, "app_name", "") == "admin":
            continue  # the support site's lists: tests/support/test_the_crawl.py
        if isinstance(pattern, URLResolver):
            names += _url_names(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern} has no name"
            names.append(pattern.name)
    return names


NAMES = _url_names(get_resolver().url_patterns)
PAGES = [name for name in NAMES if name not in OPEN | SIGNED_BY_A_VENDOR | SIGNED_BY_A_PHONE]


def _page(name: str) -> str:
    ids = ["token_resync", "token_test", "phone_confirm", "phone_remove", "code_progress"]
    ids += ["hold_of_another", "approval_status", "mobile_approve", "mobile_approve_status"]
    ids += ["mobile_code", "mobile_test", "mobile_remove", "token_remove", "report_done"]
    named = dict.fromkeys([*ids, "not_me", *SIGNED_BY_A_VENDOR], uuid4())
    named |= dict.fromkeys(["rx_detail", "rx_discard"], "RX-7F3A-20418")
    named |= dict.fromkeys(["staff_suspend", "staff_case", "staff_spare", "staff_spare_back"], 1)
    if name == "staff_unlock":
        return reverse(name, args=["hard", uuid4()])
    return reverse(name, args=[named[name]] if name in named else [])


def test_the_open_pages_exist():
    assert set(NAMES) >= OPEN | SIGNED_BY_A_VENDOR | SIGNED_BY_A_PHONE


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(SIGNED_BY_A_VENDOR))
def test_a_vendors_page_is_closed_to_who_did_not_sign(client, name):
    assert client.post(_page(name), {"MessageStatus": "delivered"}).status_code == 403
    assert client.get(_page(name)).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(SIGNED_BY_A_PHONE))
def test_what_phones_say_is_nothing_without_their_words(client, name):
    assert client.post(_page(name), {"device": "1"}).status_code == 400
    assert client.get(_page(name)).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", PAGES)
def test_anybody_not_signed_in_is_sent_to_sign_in(client, name, method):
    response = getattr(client, method)(_page(name))

    assert response.status_code == 302
    assert response.url.startswith(reverse("sign_in"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", [n for n in PAGES if n not in FOR_ANYBODY_SIGNED_IN])
def test_a_page_of_prescribers_is_refused_to_others_and_that_is_on_the_trail(client, name):
    person = factories.a_person(practice=factories.a_practice())
    client.force_login(person)

    response = client.get(_page(name))

    assert response.status_code == 403
    event = AuditEvent.objects.get(event="access.denied")
    assert event.person == person
    assert event.event_class == 1
