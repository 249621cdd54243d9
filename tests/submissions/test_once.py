from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from epcs_portal.refusals import Refusal
from epcs_portal.submissions.models import FormSubmission
from tests.pages import form_key_on
from tests.submissions.sending import refuse, send

UNKNOWN = "we can&#x27;t tell yet how it ended. Check the card before trying again."


def test_a_form_runs_once_and_leads_to_its_result(browser, workshop):
    answer = send(browser, form_key_on(browser, "/form/"))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/result/?done=")
    assert workshop.runs == ["GALH12345678"]


def test_a_second_post_gets_the_first_answer_and_does_not_run(browser, workshop):
    key = form_key_on(browser, "/form/")
    first = send(browser, key)

    second = send(browser, key)

    assert second["Location"] == first["Location"]
    assert len(workshop.runs) == 1


def test_a_second_post_gets_the_same_refusal_in_the_same_words(browser, workshop):
    workshop.act = refuse
    key = form_key_on(browser, "/form/")
    first = send(browser, key)

    second = send(browser, key)

    for answer in (first, second):
        assert answer.status_code == 200
        assert "Serial GALH12345678 is not in stock, 4 tries left." in answer.text
    assert len(workshop.runs) == 1


def test_after_a_refusal_the_page_brings_a_new_key(browser, workshop):
    workshop.act = refuse
    refused = send(browser, form_key_on(browser, "/form/"))
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

    assert "The PIN is not right." in send(browser, form_key_on(browser, "/form/")).text


def test_showing_a_form_writes_nothing(browser, workshop):
    browser.get("/form/")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        browser.get("/form/")

    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_what_was_typed_is_not_kept(browser, workshop):
    workshop.act = refuse

    send(browser, form_key_on(browser, "/form/"), serial="typed by hand")

    assert "typed by hand" not in str(FormSubmission.objects.values().get())


def test_an_exception_is_raised_again_and_the_form_does_not_run_again(browser, workshop, settings):
    def break_down():
        raise RuntimeError("The lights went out.")

    settings.FORM_ANSWER_WAIT_SECONDS = 0
    workshop.act = break_down
    key = form_key_on(browser, "/form/")

    with pytest.raises(RuntimeError, match="The lights went out"):
        send(browser, key)
    second = send(browser, key)

    assert "is still being worked on" in second.text
    assert len(workshop.runs) == 1


def test_a_claim_of_a_minute_ago_without_an_answer_says_check_the_card(browser, workshop):
    def break_down():
        raise RuntimeError("The lights went out.")

    workshop.act = break_down
    key = form_key_on(browser, "/form/")
    with pytest.raises(RuntimeError):
        send(browser, key)
    FormSubmission.objects.update(claimed_at=timezone.now() - dt.timedelta(seconds=61))

    second = send(browser, key)

    assert UNKNOWN in second.text
    assert len(workshop.runs) == 1


def test_an_answer_is_complete_or_absent(sam):
    submission = FormSubmission(
        user=sam, key_digest="0" * 64, page="/", claimed_at=timezone.now(), result_page="/x/"
    )

    with pytest.raises(ValidationError):
        submission.full_clean()
