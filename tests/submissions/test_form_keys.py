from __future__ import annotations

import pytest
from django.test import Client

from epcs_portal.submissions.models import FormSubmission
from tests.pages import form_key_on
from tests.submissions.sending import send

NOT_TAKEN = "This page was open too long or in another session, so nothing was done."


@pytest.mark.parametrize("key", ["", "forged", "forged:1tRZ5w:0YqJ4kC2sXo", "x" * 5000, "é:é:é"])
def test_without_a_key_of_ours_nothing_runs(browser, workshop, key):
    answer = send(browser, key)

    assert answer.status_code == 200
    assert NOT_TAKEN in answer.text
    assert workshop.runs == []
    assert not FormSubmission.objects.exists()


def test_a_key_is_good_for_its_own_page_alone(browser, workshop):
    answer = send(browser, form_key_on(browser, "/form/"), page="/other-form/")

    assert NOT_TAKEN in answer.text
    assert workshop.runs == []


def test_a_key_is_good_for_its_own_session_alone(browser, workshop, sam):
    key = form_key_on(browser, "/form/")
    elsewhere = Client()
    elsewhere.force_login(sam)

    answer = send(elsewhere, key)

    assert NOT_TAKEN in answer.text
    assert workshop.runs == []


def test_a_key_is_refused_when_it_is_too_old(browser, workshop, settings):
    key = form_key_on(browser, "/form/")
    settings.FORM_KEY_SECONDS = -1

    answer = send(browser, key)

    assert NOT_TAKEN in answer.text
    assert workshop.runs == []


def test_without_a_session_no_key_is_good(workshop, db):
    nobody = Client()

    answer = send(nobody, form_key_on(nobody, "/open-form/"), page="/open-form/")

    assert NOT_TAKEN in answer.text
    assert workshop.runs == []
