from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from epcs_portal.submissions.models import FormSubmission
from epcs_portal.submissions.once import Done
from tests.pages import form_key_on
from tests.submissions.sending import send


def test_the_result_page_shows_the_note(browser, workshop):
    answer = send(browser, form_key_on(browser, "/form/"))

    page = browser.get(answer["Location"])

    assert "Done: notes/token-added.html GALH12345678" in page.text


def test_a_note_is_shown_to_its_own_person_alone(browser, workshop, django_user_model):
    answer = send(browser, form_key_on(browser, "/form/"))
    stranger = Client()
    stranger.force_login(django_user_model.objects.create_user("mreyes"))

    assert "Done:" not in stranger.get(answer["Location"]).text


def test_a_note_is_shown_to_nobody_who_is_not_signed_in(browser, workshop):
    answer = send(browser, form_key_on(browser, "/form/"))
    query = answer["Location"].partition("?")[2]

    assert "Done:" not in Client().get(f"/open-form/?{query}").text


def test_a_note_is_shown_for_ten_minutes(browser, workshop):
    answer = send(browser, form_key_on(browser, "/form/"))
    FormSubmission.objects.update(answered_at=timezone.now() - dt.timedelta(minutes=11))

    assert "Done:" not in browser.get(answer["Location"]).text


@pytest.mark.parametrize("done", ["", "1", "not-a-uuid", "00000000-0000-4000-8000-000000000000"])
def test_a_made_up_note_shows_nothing(browser, workshop, done):
    assert "Done:" not in browser.get("/result/", {"done": done}).text


def test_a_result_page_keeps_its_own_query_and_place(browser, workshop):
    workshop.act = lambda: Done(to="/result/?from=admin#token")

    answer = send(browser, form_key_on(browser, "/form/"))

    assert answer["Location"].startswith("/result/?from=admin&done=")
    assert answer["Location"].endswith("#token")
