"""The password of sign-in is asked for again when it was entered more than 15 minutes ago."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import F

from accounts.models import SignInFailures
from epcs_portal.audit.models import AuditEvent
from tests.accounts.administration.reading import let_password_age, page_of, text_of
from tests.factories import PASSWORD
from tests.pages import form_key_on, submit

CONFIRM = "/administration/confirm/"
NOT_IT = "That is not the password you sign in with."


def asked_for(response):
    """Return what the page that asks leads to then, or None where it did not ask."""
    if response.status_code != 302:
        return None
    parts = urlsplit(response.url)
    assert parts.path == CONFIRM
    return parse_qs(parts.query)


@pytest.fixture
def stale(at_danas, sam):
    let_password_age(at_danas, seconds=15 * 60 + 1)
    return at_danas


def test_fifteen_minutes_are_fresh_and_a_second_more_is_not(at_danas, sam):
    let_password_age(at_danas, seconds=15 * 60 - 2)
    within = at_danas.get(page_of(sam))

    let_password_age(at_danas, seconds=3)
    after = at_danas.get(page_of(sam))

    assert within.status_code == 200
    assert asked_for(after) == {"next": [page_of(sam)]}


def test_the_right_password_leads_on_and_lasts(stale, sam, dana):
    opened = stale.get(page_of(sam))

    response = submit(stale, opened.url, password=PASSWORD)

    assert response.url.startswith(page_of(sam))
    assert stale.get(page_of(sam)).status_code == 200
    event = AuditEvent.objects.get(event="sign_in.confirmed")
    assert (event.person, event.actor) == (dana, dana)
    assert stale.get(f"{CONFIRM}?next={page_of(sam)}").url == page_of(sam)


def test_a_form_sent_too_late_changes_nothing_and_is_not_sent_again(stale, sam):
    response = stale.post(page_of(sam), {"form_key": "any"})

    assert asked_for(response) == {"next": [page_of(sam)], "sent": ["1"]}
    assert "Nothing was changed" in text_of(stale.get(response.url))
    submit(stale, response.url, password=PASSWORD)
    assert not AuditEvent.objects.filter(event__startswith="password_reset").exists()


def test_what_signing_asks_for_first_is_chosen_with_a_fresh_sign_in_too(stale):
    shown = stale.get("/administration/")
    sent = stale.post("/administration/", {"form_key": "any", "signs_with": "password"})

    assert shown.status_code == 200
    assert asked_for(sent) == {"next": ["/administration/"], "sent": ["1"]}


def test_a_wrong_password_is_refused_counted_and_then_delayed(stale, sam):
    asking = stale.get(page_of(sam)).url

    refused = [text_of(submit(stale, asking, password="wrong")) for _ in range(3)]
    delayed = text_of(submit(stale, asking, password=PASSWORD))
    SignInFailures.objects.update(last_at=F("last_at") - dt.timedelta(seconds=6))
    again = submit(stale, asking, password=PASSWORD)

    assert all(NOT_IT in page for page in refused)
    assert "Too many attempts, so this one was not checked." in delayed
    assert again.url.startswith(page_of(sam))
    assert AuditEvent.objects.filter(event="sign_in.refused").count() == 3
    assert AuditEvent.objects.filter(event="sign_in.delayed").count() == 1


def test_the_delay_is_told_each_time_and_is_on_the_trail_once(stale, sam):
    asking = stale.get(page_of(sam)).url
    for _ in range(3):
        submit(stale, asking, password="wrong")

    for _ in range(2):
        assert "Too many attempts" in text_of(submit(stale, asking, password=PASSWORD))

    assert AuditEvent.objects.filter(event="sign_in.delayed").count() == 1


def test_guesses_here_hold_up_the_sign_in_page_too(stale, sam, client, dana):
    asking = stale.get(page_of(sam)).url
    for _ in range(3):
        submit(stale, asking, password="wrong")

    answer = client.post("/sign-in/", {"username": dana.username, "password": PASSWORD})

    assert "Too many attempts from this network" in answer.text


def test_a_browser_that_is_known_has_a_count_of_its_own(client, dana, sam):
    client.post("/sign-in/", {"username": dana.username, "password": PASSWORD})
    SignInFailures.objects.all().delete()
    let_password_age(client, seconds=16 * 60)

    submit(client, client.get(page_of(sam)).url, password="wrong")

    assert SignInFailures.objects.count() == 1
    event = AuditEvent.objects.get(event="sign_in.refused")
    assert event.facts["known_browser"] is True


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example/", "nowhere", ""]
)
def test_it_leads_nowhere_else(stale, to):
    response = submit(stale, f"{CONFIRM}?next={to}", password=PASSWORD)

    assert urlsplit(response.url).path == "/"


def test_an_empty_password_is_asked_for_and_not_counted(stale):
    page = text_of(submit(stale, CONFIRM, password=""))

    assert "Enter the password you sign in with." in page
    assert not SignInFailures.objects.exists()


def test_a_second_click_is_one_attempt(stale, sam):
    asking = f"{CONFIRM}?next={page_of(sam)}"
    typed = {"form_key": form_key_on(stale, asking), "password": "wrong"}

    for _click in range(2):
        assert NOT_IT in text_of(stale.post(asking, typed))

    assert AuditEvent.objects.filter(event="sign_in.refused").count() == 1


def test_a_session_from_before_the_clock_counts_from_its_sign_in(at_danas, sam):
    session = at_danas.session
    del session["password_at"]
    session.save()

    assert at_danas.get(page_of(sam)).status_code == 200
