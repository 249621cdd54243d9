"""The same form sent many times at the same moment, on a database that really commits."""

from __future__ import annotations

import time
from functools import partial
from threading import Barrier, Semaphore

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from epcs_portal.submissions import claims
from epcs_portal.submissions.models import FormSubmission
from epcs_portal.submissions.once import Done
from tests.at_once import at_once
from tests.pages import form_key_on
from tests.submissions.sending import refuse, send

STILL_RUNNING = "is still being worked on"
NOT_IN_STOCK = "GALH12345678 is not in stock, 4 tries left."


@pytest.fixture
def sam(cloned_db):
    return User.objects.create_user("snguyen")


def twin_of(browser):
    """The same browser, in another thread."""
    twin = Client()
    twin.cookies = browser.cookies
    return twin


def slowly(act):
    def act_slowly():
        time.sleep(0.3)
        return act()

    return act_slowly


def test_a_double_click_runs_once_and_gets_one_answer(browser, workshop):
    workshop.act = slowly(workshop.act)
    key = form_key_on(browser, "/form/")

    answers = at_once(2, lambda: send(twin_of(browser), key))

    assert len(workshop.runs) == 1
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1


def test_twenty_posts_run_once_and_all_can_have_the_one_answer(browser, workshop):
    workshop.act = slowly(workshop.act)
    key = form_key_on(browser, "/form/")

    answers = at_once(20, lambda: send(twin_of(browser), key))
    later = at_once(20, lambda: send(twin_of(browser), key))

    assert len(workshop.runs) == 1
    led_on = [answer for answer in answers if answer.status_code == 302]
    assert len(led_on) >= 2
    assert all(STILL_RUNNING in answer.text for answer in answers if answer not in led_on)
    assert len({answer["Location"] for answer in [*led_on, *later]}) == 1


def test_twenty_posts_are_refused_once_in_one_sentence(browser, workshop):
    workshop.act = slowly(refuse)
    key = form_key_on(browser, "/form/")

    answers = at_once(20, lambda: send(twin_of(browser), key))
    later = at_once(20, lambda: send(twin_of(browser), key))

    assert len(workshop.runs) == 1
    told = [answer for answer in answers if STILL_RUNNING not in answer.text]
    assert len(told) >= 2
    assert all(NOT_IN_STOCK in answer.text for answer in [*told, *later])


def test_of_the_posts_of_one_person_one_waits_and_the_others_free_their_threads(browser, workshop):
    act, others = workshop.act, Semaphore(0)

    def act_until_eighteen_others_have_their_answer():
        for _ in range(18):
            others.acquire(timeout=3)
        return act()

    def send_and_say_so():
        answer = send(twin_of(browser), key)
        others.release()
        return answer

    workshop.act = act_until_eighteen_others_have_their_answer
    key = form_key_on(browser, "/form/")

    answers = at_once(20, send_and_say_so)

    assert sum(answer.status_code == 302 for answer in answers) == 2
    assert sum(STILL_RUNNING in answer.text for answer in answers) == 18


def test_nobody_loses_their_place_to_another_person(browser, workshop):
    act, waiting = workshop.act, Barrier(4)

    def act_when_both_double_clicked():
        waiting.wait(30)
        time.sleep(0.5)
        return act()

    def click(browser, key):
        waiting.wait(30)
        return send(twin_of(browser), key)

    other = Client()
    other.force_login(User.objects.create_user("mreyes"))
    workshop.act = act_when_both_double_clicked
    clicks = []
    for person in (browser, other):
        key = form_key_on(person, "/form/")
        clicks += [partial(send, twin_of(person), key), partial(click, person, key)]

    answers = at_once(4, lambda: clicks.pop(0)())

    assert [answer.status_code for answer in answers] == [302] * 4
    assert len(workshop.runs) == 2


def test_a_post_that_waits_in_vain_says_it_is_still_worked_on(browser, workshop, settings):
    settings.FORM_ANSWER_WAIT_SECONDS = 0.2
    act = workshop.act
    workshop.act = lambda: (time.sleep(1), act())[1]
    key = form_key_on(browser, "/form/")

    answers = at_once(2, lambda: send(twin_of(browser), key))

    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert any(STILL_RUNNING in answer.text for answer in answers)
    assert len(workshop.runs) == 1


def test_different_forms_run_side_by_side(browser, workshop):
    keys = [form_key_on(browser, "/form/") for _ in range(8)]

    answers = at_once(8, lambda: send(twin_of(browser), keys.pop()))

    assert len({answer["Location"] for answer in answers}) == 8
    assert len(workshop.runs) == 8


def test_once_costs_two_statements(browser, workshop):
    key = form_key_on(browser, "/form/")

    with CaptureQueriesContext(connection) as queries:
        send(browser, key)

    ours = [q["sql"] for q in queries if "submissions_formsubmission" in q["sql"]]
    assert [sql.split()[0] for sql in ours] == ["INSERT", "UPDATE"]
    assert not [q["sql"] for q in queries if q["sql"] in {"BEGIN", "COMMIT"}]


def test_the_claim_is_committed_before_the_work_begins(browser, workshop):
    def look_from_elsewhere():
        [seen] = at_once(1, lambda: list(FormSubmission.objects.all()))
        assert [submission.answered_at for submission in seen] == [None]
        return Done(to="/result/")

    workshop.act = look_from_elsewhere

    assert send(browser, form_key_on(browser, "/form/")).status_code == 302


def test_a_claim_inside_a_transaction_is_refused(sam):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        claims.claim(key_digest="0" * 64, user=sam, page="/", at=sam.date_joined)


GIVE_UP_SOON = {
    "sqlite": "PRAGMA busy_timeout = 100",
    "postgresql": "SET lock_timeout = '100ms'",
}
LOCK = {
    "sqlite": "SELECT 1",  # a transaction has the only lock there is from its first word on
    "postgresql": "LOCK TABLE submissions_formsubmission IN EXCLUSIVE MODE",
}


def test_a_post_that_never_gets_its_turn_to_write_does_nothing(browser, workshop):
    key = form_key_on(browser, "/form/")

    def send_impatiently():
        connection.cursor().execute(GIVE_UP_SOON[connection.vendor])
        return send(twin_of(browser), key)

    with transaction.atomic():
        connection.cursor().execute(LOCK[connection.vendor])
        [answer] = at_once(1, send_impatiently)

    assert "The portal is very busy, so nothing was done." in answer.text
    assert workshop.runs == []
