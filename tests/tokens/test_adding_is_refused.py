from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.reading import events_of, form_key_in, on_the_wall, read
from tokens.models import BindingTries, HardToken

ADD = "/epcs/token/add/"
NOT_TOGETHER = (
    "This serial number and these passwords don't go together. Check the back of the token and "
    "start again with a new One-Time Password 1."
)


def somebody_else() -> Client:
    client = Client()
    client.force_login(factories.a_prescriber())
    return client


def test_wrong_passwords_an_unknown_and_a_taken_serial_cannot_be_told_apart(granted, new_fob):
    _, taken = factories.a_hard_token(factories.a_prescriber())
    attempts = {
        "the first of the day": {"serial": new_fob.serial, "otp1": "111111", "otp2": "222222"},
        "wrong": {"serial": new_fob.serial, "otp1": "111111", "otp2": "222222"},
        "unknown": {"serial": "GALH00000000", **new_fob.press_twice()},
        "taken, by who holds it": {"serial": taken.serial, **taken.press_twice()},
        "taken": {"serial": taken.serial, "otp1": "111111", "otp2": "222222"},
    }

    answers = {}
    for name, typed in attempts.items():
        BindingTries.objects.update(made=1)  # the last try but one is told to be the last
        key = form_key_on(granted, ADD)
        with CaptureQueriesContext(connection) as queries:
            page = granted.post(ADD, {"form_key": key, **typed})
        statements = [query["sql"].split()[0] for query in queries]
        answers[name] = (page.status_code, page.context["form"].errors, statements)

    del answers["the first of the day"]  # which makes the row that counts
    assert answers["wrong"][:2] == (200, {"serial": [NOT_TOGETHER]})
    assert all(answer == answers["wrong"] for answer in answers.values())


def test_failures_count_against_the_person(granted, prescriber, new_fob):
    for _ in range(5):
        submit(granted, ADD, serial=new_fob.serial, otp1="111111", otp2="222222")

    refused = submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    again = BindingTries.objects.get(user=prescriber).since + timedelta(hours=1)
    assert f"tried 5 times in an hour. You can try again at {on_the_wall(again)}" in read(refused)
    assert not HardToken.objects.exists()


def test_failures_never_count_against_stock(granted, new_fob):
    for _ in range(6):
        submit(granted, ADD, serial=new_fob.serial, otp1="111111", otp2="222222")
    alan = somebody_else()
    factories.a_grant(alan.get(ADD).wsgi_request.user)

    response = submit(alan, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert response.status_code == 302


def test_after_an_hour_there_are_tries_again(granted, prescriber, new_fob):
    an_hour_ago = timezone.now() - timedelta(hours=1)
    BindingTries.objects.create(user=prescriber, made=5, since=an_hour_ago)

    response = submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert response.status_code == 302
    assert BindingTries.objects.get(user=prescriber).made == 0


def test_one_password_given_twice_is_refused_before_anything_is_counted(granted, new_fob):
    otp = new_fob.press()

    response = submit(granted, ADD, serial=new_fob.serial, otp1=otp, otp2=otp)

    assert "One-Time Password 2 is the same as password 1." in read(response)
    assert not BindingTries.objects.exists()


def test_passwords_the_wrong_way_round_are_refused(granted, new_fob):
    first, second = new_fob.press_twice().values()

    response = submit(granted, ADD, serial=new_fob.serial, otp1=second, otp2=first)

    assert NOT_TOGETHER in read(response)
    assert not HardToken.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("GALH8765432", "The Token Serial Number has 11 characters but needs 12."),
        ("GALH8765432A", "starts with 4 letters or digits and ends with 8 digits."),
        ("GALH８７６５４３２１", "starts with 4 letters or digits and ends with 8 digits."),
        ("", "Enter the Token Serial Number."),
    ],
)
def test_a_serial_that_is_none_is_refused_before_anything_is_counted(granted, typed, sentence):
    response = submit(granted, ADD, serial=typed, otp1="111111", otp2="222222")

    assert sentence in read(response)
    assert not BindingTries.objects.exists()


def test_a_second_hard_token_is_refused(granted, token, new_fob):
    form_key = form_key_in(granted.post(ADD))

    typed = {"serial": new_fob.serial, **new_fob.press_twice()}
    refused = granted.post(ADD, {"form_key": form_key, **typed})

    assert "You already have a hardware token" in read(refused)
    assert HardToken.objects.get() == token


def test_who_has_a_token_is_told_what_to_do_with_it(granted, token):
    page = granted.get(ADD)

    assert "Remove your current token first" in page.text
    assert token.serial in page.text


def test_passwords_an_earlier_holder_spent_are_never_accepted(granted, prescriber, new_fob):
    before = [new_fob.press_twice() for _ in range(10)]
    HardToken.objects.create(
        user=factories.a_prescriber(),
        name="Hardware Token",
        seed_record_id=factories.SeedRecord.objects.get(serial=new_fob.serial).pk,
        bound_at=timezone.now(),
        next_factor=20,
        status="removed",
        removed_at=timezone.now(),
    )

    refused = submit(granted, ADD, serial=new_fob.serial, **before[-1])
    bound = submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert NOT_TOGETHER in read(refused)
    assert bound.status_code == 302
    assert HardToken.objects.get(user=prescriber).next_factor == 22


def test_the_trail_tells_of_a_refusal_and_repeats_nothing_that_was_typed(granted, prescriber):
    submit(granted, ADD, serial="GALH00000000", otp1="111111", otp2="222222")

    event = AuditEvent.objects.get(event="token.binding_refused")
    assert events_of(prescriber) == ["token.binding_refused"]
    assert (event.subject, event.event_class) == ("hard token", 1)
    assert not [typed for typed in ("GALH00000000", "111111", "222222") if typed in event.text]


def test_the_last_try_of_the_hour_is_announced(granted, new_fob):
    typed = {"serial": new_fob.serial, "otp1": "111111", "otp2": "222222"}

    pages = [read(submit(granted, ADD, **typed)) for _ in range(5)]

    assert ["You have 1 try left this hour." in page for page in pages] == [
        False, False, False, True, False,
    ]  # fmt: skip
