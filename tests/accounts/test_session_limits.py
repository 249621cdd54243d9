from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.signing_in import is_signed_in, sign_in
from tests.at_once import at_once
from tokens import step_up
from tokens.models import StepUp

MINUTE, HOUR = 60, 3600
NOTICE = "There was no activity for 15 minutes. Sign in to go back to where you were."


@pytest.fixture
def browser(client, prescriber):
    sign_in(client)
    return client


def let_pass(client, seconds):
    """As if the session had begun, and been used last, that much earlier."""
    session = client.session
    session["signed_in_at"] -= seconds
    session["seen_at"] -= seconds
    session.save()


def seconds_left(client):
    return client.get("/session/").json()["seconds"]


def test_a_new_session_has_fifteen_minutes(browser):
    assert seconds_left(browser) in {899, 900}


def test_fifteen_minutes_without_activity_sign_out_and_lead_back(browser):
    let_pass(browser, 15 * MINUTE)

    ended = browser.get("/settings/epcs/?x=1")

    assert ended["Location"] == "/sign-in/?ended=idle&next=%2Fsettings%2Fepcs%2F%3Fx%3D1"
    page = browser.get(ended["Location"])
    assert NOTICE in page.text
    assert 'name="next" value="/settings/epcs/?x=1"' in page.text
    assert not is_signed_in(browser)


def test_a_second_less_does_not(browser):
    let_pass(browser, 15 * MINUTE - 5)

    assert browser.get("/settings/epcs/").status_code == 200
    assert seconds_left(browser) > 14 * MINUTE


def test_activity_extends_the_session_up_to_twelve_hours(browser):
    for _ in range(12 * 5 - 1):
        let_pass(browser, 12 * MINUTE)
        assert browser.get("/support/").status_code == 200
    assert 11 * MINUTE < seconds_left(browser) <= 12 * MINUTE

    let_pass(browser, 12 * MINUTE)
    ended = browser.get("/settings/epcs/")

    assert ended["Location"].startswith("/sign-in/?ended=total&")
    assert "A session lasts 12 hours at most." in browser.get(ended["Location"]).text


def test_a_poll_never_extends_the_session(browser):
    let_pass(browser, 10 * MINUTE)

    for page in ("/session/", "/epcs/mobile-id/1/approve.json"):
        browser.get(page)

    assert seconds_left(browser) <= 5 * MINUTE


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_poll_without_its_slash_is_a_poll(browser, method):
    let_pass(browser, 10 * MINUTE)

    answer = getattr(browser, method)("/session")

    assert answer.status_code == 301
    assert seconds_left(browser) <= 5 * MINUTE


def test_the_notices_say_the_limits_that_are_set(client, settings):
    settings.SESSION_IDLE_SECONDS = 20 * MINUTE
    settings.SESSION_TOTAL_SECONDS = 8 * HOUR

    assert "no activity for 20 minutes." in client.get("/sign-in/?ended=idle").text
    assert "lasts 8 hours at most." in client.get("/sign-in/?ended=total").text


def test_staying_signed_in_extends_the_session(browser):
    let_pass(browser, 14 * MINUTE)

    assert browser.post("/session/").json()["seconds"] == 15 * MINUTE


def test_a_page_says_how_long_the_session_lasts(browser):
    let_pass(browser, 14 * MINUTE)

    page = browser.get("/support/")

    assert page.wsgi_request.session_seconds_left == 15 * MINUTE


def test_asking_too_late_is_answered_and_the_page_then_says_why(browser):
    let_pass(browser, 15 * MINUTE)

    for method in (browser.get, browser.post):
        answer = method("/session/")
        assert (answer.status_code, answer.json()) == (401, {"seconds": 0})

    assert "ended=idle" in browser.get("/settings/epcs/")["Location"]


def test_nobodys_session_has_no_time_left(client, db):
    answer = client.get("/session/")

    assert (answer.status_code, answer.json()) == (401, {"seconds": 0})


def test_being_seen_is_written_at_most_once_a_minute(browser):
    def writes():
        with CaptureQueriesContext(connection) as queries:
            browser.get("/support/")
        return [query for query in queries if query["sql"].startswith("UPDATE")]

    assert writes() == []
    let_pass(browser, MINUTE)
    assert len(writes()) == 1
    assert writes() == []


def test_the_end_is_on_the_trail_with_its_reason(browser, prescriber):
    let_pass(browser, 15 * MINUTE)

    browser.get("/support/")

    event = AuditEvent.objects.get(event=Event.SESSION_ENDED)
    assert event.chain == prescriber.audit_chain
    assert '"reason":"idle"' in event.text.replace(" ", "")


def test_a_session_begun_by_another_door_has_limits_too(client, prescriber):
    client.force_login(prescriber)
    client.get("/support/")
    let_pass(client, 15 * MINUTE)

    assert "ended=idle" in client.get("/support/")["Location"]


def test_a_form_sent_too_late_leads_back_to_its_page(browser):
    let_pass(browser, HOUR)

    ended = browser.post("/settings/epcs/", {"x": "1"})

    assert ended["Location"] == "/sign-in/?ended=idle&next=%2Fsettings%2Fepcs%2F"


@pytest.mark.parametrize("page", ["/sign-in/", "/sign-out/"])
def test_nobody_is_led_back_to_signing_in_or_out(browser, page):
    let_pass(browser, HOUR)

    assert browser.post(page)["Location"] == "/sign-in/?ended=idle"


def test_a_person_made_inactive_is_signed_out_at_the_next_page(browser, prescriber):
    prescriber.is_active = False
    prescriber.save()

    assert browser.get("/settings/epcs/")["Location"].startswith("/sign-in/")
    let_pass(browser, HOUR)
    assert browser.get("/settings/epcs/")["Location"].startswith("/sign-in/?ended=idle")


def prove(client, token):
    key = client.session.session_key
    method, cookie = StepUp.Method.HARD_TOKEN, "c" * 64
    step_up.begin(by=token, method=method, session_key=key, cookie=cookie, at=timezone.now())


def test_the_end_ends_what_was_proven_in_the_session(browser, token):
    prove(browser, token)
    let_pass(browser, HOUR)

    browser.get("/support/")

    assert StepUp.objects.get().ended_at is not None


def test_of_ten_pages_that_find_the_session_over_one_writes_it_down(cloned_db):
    factories.a_prescriber("snguyen")
    browser = Client()
    sign_in(browser)
    let_pass(browser, HOUR)

    def open_page():
        tab = Client()
        tab.cookies = browser.cookies.copy()
        return tab.get("/support/").status_code

    answers = at_once(10, open_page)

    assert 500 not in answers
    assert AuditEvent.objects.filter(event=Event.SESSION_ENDED).count() == 1
