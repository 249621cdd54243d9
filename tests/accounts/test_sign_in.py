from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.counting_hasher import CountingHasher
from tests.accounts.signing_in import OFFICE, REFUSED, is_signed_in, sign_in

pytestmark = pytest.mark.usefixtures("prescriber")


def test_the_right_password_signs_in_and_leads_to_the_first_page(client):
    answer = sign_in(client)

    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert is_signed_in(client)


def test_a_session_cookie_is_for_this_site_and_not_for_scripts(client):
    sign_in(client)

    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_in_gives_the_session_a_new_key(client):
    client.session.save()
    client.cookies["sessionid"] = "a" * 32
    before = client.cookies["sessionid"].value

    sign_in(client)

    assert client.cookies["sessionid"].value != before


def test_a_success_is_on_the_trail_of_the_practice(client, prescriber):
    sign_in(client)

    event = AuditEvent.objects.get(event=Event.SIGN_IN_SUCCEEDED)
    assert event.chain == prescriber.audit_chain
    assert event.actor == prescriber
    assert event.address == OFFICE


def test_a_wrong_password_is_on_the_trail_of_the_practice_as_an_attempt(client, prescriber):
    sign_in(client, password="wrong")

    event = AuditEvent.objects.get()
    assert (event.event, event.event_class) == (Event.SIGN_IN_REFUSED, 1)
    assert event.chain == prescriber.audit_chain
    assert event.person == prescriber
    assert event.actor is None


def test_an_unknown_username_is_on_the_trail_of_the_portal(client):
    sign_in(client, "nobody")

    event = AuditEvent.objects.get()
    assert (event.chain, event.subject) == ("portal", "unknown account")


def test_unknown_wrong_and_inactive_get_one_answer(client):
    factories.a_person("gone", is_active=False)

    answers = [
        sign_in(client, "snguyen", "wrong"),
        sign_in(client, "nobody"),
        sign_in(client, "gone"),
    ]

    bodies = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(bodies) == 1
    assert {answer.status_code for answer in answers} == {200}
    assert REFUSED in answers[0].text


def test_unknown_wrong_and_inactive_cost_the_same_work(client, settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.counting_hasher.CountingHasher"]
    factories.a_prescriber("known")
    factories.a_person("gone", is_active=False)
    for username in ("known", "gone", "nobody"):
        sign_in(client, username, "wrong")

    work = set()
    for username in ("known", "gone", "nobody"):
        hashed = CountingHasher.hashed
        with CaptureQueriesContext(connection) as queries:
            sign_in(client, username, "wrong")
        work.add((CountingHasher.hashed - hashed, len(queries)))

    assert len(work) == 1
    assert work.pop()[0] == 1


def test_the_password_is_never_shown_again(client):
    answer = sign_in(client, password="a wrong marker")

    assert "a wrong marker" not in answer.text
    assert 'value="snguyen"' in answer.text


def test_a_username_of_nobody_is_kept_nowhere(client, caplog):
    """People type their password where the username belongs."""
    sign_in(client, "hunter2-marker", "wrong")

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert "hunter2-marker" not in str(cursor.fetchall())
    assert "hunter2-marker" not in caplog.text


@pytest.mark.parametrize(("username", "password"), [("", ""), ("snguyen", ""), ("", "x")])
def test_an_empty_field_is_no_attempt(client, username, password):
    answer = sign_in(client, username, password)

    assert ("Enter your username." in answer.text) == (not username)
    assert ("Enter your password." in answer.text) == (not password)
    assert not AuditEvent.objects.exists()


def test_one_gets_back_to_where_one_was(client):
    answer = sign_in(client, next="/settings/epcs/?x=1")

    assert answer["Location"] == "/settings/epcs/?x=1"


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_a_way_out_of_the_portal_is_not_taken(client, page):
    answer = sign_in(client, next=page)

    assert answer["Location"] == "/"


def test_a_closed_page_leads_to_sign_in_and_back(client):
    closed = client.get("/settings/epcs/")

    assert closed["Location"] == "/sign-in/?next=/settings/epcs/"
    assert 'name="next" value="/settings/epcs/"' in client.get(closed["Location"]).text


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_signed_in_is_sent_on(client, method):
    sign_in(client)

    answer = getattr(client, method)("/sign-in/?next=/support/")

    assert answer["Location"] == "/support/"


def test_a_form_of_another_site_signs_nobody_in():
    browser = Client(enforce_csrf_checks=True)

    answer = sign_in(browser)

    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/")
    assert browser.get("/settings/").url.startswith("/sign-in/")


def test_a_demo_person_signs_in_at_one_click(client, settings):
    settings.DEMO_PEOPLE = [{"username": "demo", "name": "Maria Reyes, MD", "text": "Prescriber"}]
    demo = factories.a_person("demo")
    demo.set_password(settings.DEMO_PASSWORD)
    demo.save()

    answer = client.post("/sign-in/", {"as": "demo"})

    assert "Maria Reyes, MD" in Client().get("/sign-in/").text
    assert answer["Location"] == "/"
    assert is_signed_in(client)


def test_nobody_else_signs_in_at_one_click(client, settings):
    settings.DEMO_PASSWORD = factories.PASSWORD
    factories.a_person("ltran")

    answer = client.post("/sign-in/", {"as": "ltran"})

    assert "Enter your username." in answer.text
    assert not is_signed_in(client)


def test_outside_the_demo_there_is_no_one_click(client, settings):
    settings.DEMO = False
    settings.DEMO_PEOPLE = [{"username": "snguyen", "name": "Sam", "text": "Prescriber"}]
    settings.DEMO_PASSWORD = factories.PASSWORD

    client.post("/sign-in/", {"as": "snguyen"})

    assert "demo account" not in client.get("/sign-in/").text
    assert not is_signed_in(client)
