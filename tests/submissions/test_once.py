from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from epcs_portal.refusals import Refusal
from epcs_portal.submissions.models import FormSubmission
from epcs_portal.submissions.once import Done
from tests.submissions.conftest import key_on

NOT_TAKEN = "This page was open too long or in another session, so nothing was done."
UNKNOWN = "we can&#x27;t tell yet how it ended. Check the card before trying again."


class SerialRefused(Refusal):
    code = "test-serial-refused"
    field = "serial"
    text = "Serial {serial} is not in stock, {tries} tries left."


def refuse():
    raise SerialRefused(serial="GALH12345678", tries=4)


def send(client, key, serial="GALH12345678", page="/form/"):
    return client.post(page, {"form_key": key, "serial": serial})


def test_a_form_runs_once_and_leads_to_its_result(browser, workshop):
    answer = send(browser, key_on(browser))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/result/?done=")
    assert workshop.runs == ["GALH12345678"]


def test_a_second_post_gets_the_first_answer_and_does_not_run(browser, workshop):
    key = key_on(browser)
    first = send(browser, key)

    second = send(browser, key)

    assert second["Location"] == first["Location"]
    assert len(workshop.runs) == 1


def test_a_second_post_gets_the_same_refusal_in_the_same_words(browser, workshop):
    workshop.act = refuse
    key = key_on(browser)
    first = send(browser, key)

    second = send(browser, key)

    for answer in (first, second):
        assert answer.context is None or answer.status_code == 200
        assert "Serial GALH12345678 is not in stock, 4 tries left." in answer.text
    assert len(workshop.runs) == 1


def test_after_a_refusal_the_page_brings_a_new_key(browser, workshop):
    workshop.act = refuse
    refused = send(browser, key_on(browser))
    workshop.reset()

    key = refused.text.partition('name="form_key" value="')[2].partition('"')[0]

    assert send(browser, key).status_code == 302


def test_a_refusal_for_a_field_the_form_does_not_have_stands_on_the_whole_form(browser, workshop):
    class PinRefused(Refusal):
        code = "test-pin-refused"
        field = "pin"
        text = "The PIN is not right."

    def refuse_pin():
        raise PinRefused

    workshop.act = refuse_pin

    assert "The PIN is not right." in send(browser, key_on(browser)).text


@pytest.mark.parametrize("key", ["", "forged", "forged:1tRZ5w:0YqJ4kC2sXo", "x" * 5000, "é:é:é"])
def test_without_a_key_of_ours_nothing_runs(browser, workshop, key):
    answer = send(browser, key)

    assert answer.status_code == 200
    assert NOT_TAKEN in answer.text
    assert workshop.runs == []
    assert not FormSubmission.objects.exists()


def test_a_key_is_good_for_its_own_page_alone(browser, workshop):
    answer = send(browser, key_on(browser, "/form/"), page="/other-form/")

    assert NOT_TAKEN in answer.text
    assert workshop.runs == []


def test_a_key_is_good_for_its_own_session_alone(browser, workshop, sam):
    key = key_on(browser)
    elsewhere = Client()
    elsewhere.force_login(sam)

    answer = send(elsewhere, key)

    assert NOT_TAKEN in answer.text
    assert workshop.runs == []


def test_a_key_is_refused_when_it_is_too_old(browser, workshop, settings):
    key = key_on(browser)
    settings.FORM_KEY_SECONDS = -1

    answer = send(browser, key)

    assert NOT_TAKEN in answer.text
    assert workshop.runs == []


def test_showing_a_form_writes_nothing(browser, workshop):
    browser.get("/form/")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        browser.get("/form/")

    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_what_was_typed_is_not_kept(browser, workshop):
    workshop.act = refuse

    send(browser, key_on(browser), serial="typed by hand")

    assert "typed by hand" not in str(FormSubmission.objects.values().get())


def test_an_exception_is_raised_again_and_the_form_does_not_run_again(browser, workshop, settings):
    def break_down():
        raise RuntimeError("The lights went out.")

    settings.FORM_ANSWER_WAIT_SECONDS = 0
    workshop.act = break_down
    key = key_on(browser)

    with pytest.raises(RuntimeError, match="The lights went out"):
        send(browser, key)
    second = send(browser, key)

    assert "is still being worked on" in second.text
    assert len(workshop.runs) == 1


def test_a_claim_of_a_minute_ago_without_an_answer_says_check_the_card(browser, workshop):
    def break_down():
        raise RuntimeError("The lights went out.")

    workshop.act = break_down
    key = key_on(browser)
    with pytest.raises(RuntimeError):
        send(browser, key)
    FormSubmission.objects.update(claimed_at=timezone.now() - dt.timedelta(seconds=61))

    second = send(browser, key)

    assert UNKNOWN in second.text
    assert len(workshop.runs) == 1


def test_the_result_page_shows_the_note(browser, workshop):
    answer = send(browser, key_on(browser))

    page = browser.get(answer["Location"])

    assert "Done: notes/token-added.html GALH12345678" in page.text


def test_a_note_is_shown_to_its_own_person_alone(browser, workshop, django_user_model):
    answer = send(browser, key_on(browser))
    stranger = Client()
    stranger.force_login(django_user_model.objects.create_user("mreyes"))

    assert "Done:" not in stranger.get(answer["Location"]).text


def test_a_note_is_shown_for_ten_minutes(browser, workshop):
    answer = send(browser, key_on(browser))
    FormSubmission.objects.update(answered_at=timezone.now() - dt.timedelta(minutes=11))

    assert "Done:" not in browser.get(answer["Location"]).text


@pytest.mark.parametrize("done", ["", "1", "not-a-uuid", "00000000-0000-4000-8000-000000000000"])
def test_a_made_up_note_shows_nothing(browser, workshop, done):
    assert "Done:" not in browser.get("/result/", {"done": done}).text


def test_a_result_page_keeps_its_own_query_and_place(browser, workshop):
    workshop.act = lambda: Done(to="/result/?from=admin#token")

    answer = send(browser, key_on(browser))

    assert answer["Location"].startswith("/result/?from=admin&done=")
    assert answer["Location"].endswith("#token")


def test_an_answer_is_complete_or_absent(sam):
    submission = FormSubmission(
        user=sam, key_digest="0" * 64, page="/", claimed_at=timezone.now(), result_page="/x/"
    )

    with pytest.raises(ValidationError):
        submission.full_clean()
