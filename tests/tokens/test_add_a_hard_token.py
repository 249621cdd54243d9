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
from tests.tokens.reading import events_of, on_the_wall, read
from tokens.models import BindingTries, EnrollmentGrant, HardToken

ADD = "/epcs/token/add/"
NOT_TOGETHER = (
    "This serial number and these passwords don't go together. Check the back of the token and "
    "start again with a new One-Time Password 1."
)


@pytest.fixture
def granted(signed_in, prescriber) -> Client:
    """Sam, signed in, on the day his registration was completed."""
    factories.a_grant(prescriber)
    return signed_in


@pytest.fixture
def new_fob(db):
    return factories.a_fob_in_stock("GALH87654321")


def somebody_else() -> Client:
    client = Client()
    client.force_login(factories.a_prescriber())
    return client


@pytest.mark.parametrize(
    "typed", ["GALH87654321", "galh 8765 4321", " Galh-8765-4321 ", "GALH\u00a08765\u20114321"]
)
def test_serial_and_two_passwords_make_the_token_active_at_once(granted, prescriber, new_fob, typed):
    response = submit(granted, ADD, serial=typed, **new_fob.press_twice())

    token = HardToken.objects.get(user=prescriber)
    assert (token.serial, token.status, token.next_factor) == ("GALH87654321", "active", 2)
    assert response.status_code == 302
    assert response.url.startswith("/settings/epcs/?done=")
    page = read(granted.get(response.url))
    assert "Hardware token added" in page
    assert "Active" in page


def test_who_came_from_admin_returns_to_device_management(granted, new_fob):
    response = submit(granted, f"{ADD}?door=admin", serial=new_fob.serial, **new_fob.press_twice())

    assert response.url.startswith("/epcs/devices/?done=")
    assert "GALH87654321" in granted.get(response.url).text


@pytest.mark.parametrize("presses", [1, 400, 1000])
def test_a_token_whose_button_was_pressed_on_its_way_is_found(granted, prescriber, new_fob, presses):
    new_fob.press(presses)

    submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert HardToken.objects.get(user=prescriber).next_factor == presses + 2


def test_a_token_pressed_more_than_1000_times_is_not(granted, new_fob):
    new_fob.press(1001)

    response = submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert NOT_TOGETHER in read(response)
    assert not HardToken.objects.exists()


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
    response = granted.post(ADD, {})
    key = response.text.partition('name="form_key" value="')[2].partition('"')[0]

    refused = granted.post(
        ADD, {"form_key": key, "serial": new_fob.serial, **new_fob.press_twice()}
    )

    assert "You already have a hardware token" in read(refused)
    assert HardToken.objects.get() == token


def test_who_has_a_token_is_told_what_to_do_with_it(granted, token):
    page = granted.get(ADD)

    assert "Remove your current token first" in page.text
    assert token.serial in page.text


def test_a_second_click_binds_once_and_gets_the_same_answer(granted, new_fob):
    form = {
        "form_key": form_key_on(granted, ADD),
        "serial": new_fob.serial,
        **new_fob.press_twice(),
    }

    answers = [granted.post(ADD, form).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert HardToken.objects.count() == 1
    assert AuditEvent.objects.filter(event="token.binding_refused").count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_grant_or_step_up_one_is_asked_to_verify(signed_in, new_fob, method):
    typed = {"serial": new_fob.serial, **new_fob.press_twice()} if method == "post" else {}

    response = getattr(signed_in, method)(ADD, typed)

    assert (response.status_code, response.url) == (302, "/epcs/verify/?next=%2Fepcs%2Ftoken%2Fadd%2F")
    assert not HardToken.objects.exists()


def test_a_grant_ends_after_a_day(signed_in, prescriber):
    factories.a_grant(prescriber, given_at=timezone.now() - timedelta(hours=24))

    assert signed_in.get(ADD).status_code == 302


def test_a_grant_is_for_one_person(signed_in):
    factories.a_grant(factories.a_prescriber())

    assert signed_in.get(ADD).status_code == 302


def test_a_grant_of_tomorrow_opens_nothing_today(signed_in, prescriber):
    factories.a_grant(prescriber, given_at=timezone.now() + timedelta(hours=1))

    assert signed_in.get(ADD).status_code == 302


def test_passwords_an_earlier_holder_spent_are_never_accepted(granted, prescriber, new_fob):
    before = [new_fob.press_twice() for _ in range(10)]
    HardToken.objects.create(
        user=factories.a_prescriber(),
        name="Hardware Token",
        seed_record_id=factories.SeedRecord.objects.get(serial=new_fob.serial).pk,
        bound_at=timezone.now(),
        next_factor=20,
        status=HardToken.Status.REMOVED,
    )

    refused = submit(granted, ADD, serial=new_fob.serial, **before[-1])
    bound = submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert NOT_TOGETHER in read(refused)
    assert bound.status_code == 302
    assert HardToken.objects.get(user=prescriber).next_factor == 22


def test_the_two_passwords_are_spent(granted, prescriber, new_fob):
    pair = new_fob.press_twice()
    submit(granted, ADD, serial=new_fob.serial, **pair)
    page = f"/epcs/token/{HardToken.objects.get(user=prescriber).pk}/test/"

    answers = [submit(granted, page, otp=otp) for otp in pair.values()]

    assert all("That one-time password was already used." in read(answer) for answer in answers)


def test_the_trail_tells_who_bound_which_token_and_under_what(granted, prescriber, new_fob):
    submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    event = AuditEvent.objects.get(event="token.bound")
    assert (event.person, event.actor, event.event_class) == (prescriber, prescriber, 4)
    assert event.subject == "hard token GALH87654321"
    assert event.facts == {"authority": "enrollment grant", "outcome": None}


def test_the_trail_tells_of_a_refusal_and_repeats_nothing_that_was_typed(granted, prescriber):
    submit(granted, ADD, serial="GALH00000000", otp1="111111", otp2="222222")

    event = AuditEvent.objects.get(event="token.binding_refused")
    assert events_of(prescriber) == ["token.binding_refused"]
    assert (event.subject, event.event_class) == ("hard token", 1)
    assert not [typed for typed in ("GALH00000000", "111111", "222222") if typed in event.text]


def test_a_step_up_opens_the_page_when_there_is_no_grant(signed_in, prescriber, token, fob, new_fob):
    submit(signed_in, "/epcs/verify/token/", otp=fob.press())
    HardToken.objects.filter(pk=token.pk).update(status=HardToken.Status.REMOVED)

    response = submit(signed_in, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert response.status_code == 302
    assert not EnrollmentGrant.objects.exists()
    facts = AuditEvent.objects.get(event="token.bound").facts
    assert facts["authority"] == "step-up by hard-token"
