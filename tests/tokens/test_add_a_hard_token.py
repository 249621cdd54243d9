from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.reading import form_key_in, read
from tokens import selectors
from tokens.models import HardToken

ADD = "/epcs/token/add/"
NOT_TOGETHER = (
    "This serial number and these passwords don't go together. Check the back of the token and "
    "start again with a new One-Time Password 1."
)


@pytest.mark.parametrize(
    "typed", ["GALH87654321", "galh 8765 4321", " Galh-8765-4321 ", "GALH\u00a08765\u20114321"]
)
def test_serial_and_two_passwords_make_the_token_active_at_once(
    granted, prescriber, new_fob, typed
):
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
def test_a_token_whose_button_was_pressed_on_its_way_is_found(
    granted, prescriber, new_fob, presses
):
    new_fob.press(presses)

    submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert HardToken.objects.get(user=prescriber).next_factor == presses + 2


def test_a_token_pressed_more_than_1000_times_is_not(granted, new_fob):
    new_fob.press(1001)

    response = submit(granted, ADD, serial=new_fob.serial, **new_fob.press_twice())

    assert NOT_TOGETHER in read(response)
    assert not HardToken.objects.exists()


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

    assert (response.status_code, response.url) == (
        302,
        "/epcs/verify/?for=add-hard-token&next=%2Fepcs%2Ftoken%2Fadd%2F",
    )
    assert not HardToken.objects.exists()


def test_a_grant_ends_after_a_day(signed_in, prescriber):
    factories.a_grant(prescriber, given_at=timezone.now() - timedelta(hours=24))

    assert signed_in.get(ADD).status_code == 302


def test_a_grant_ends_to_the_second(prescriber):
    grant = factories.a_grant(prescriber)

    assert selectors.open_grant_of(prescriber, at=grant.expires_at) is None
    assert selectors.open_grant_of(prescriber, at=grant.expires_at - timedelta(seconds=1)) == grant


def test_a_grant_is_for_one_person(signed_in):
    factories.a_grant(factories.a_prescriber())

    assert signed_in.get(ADD).status_code == 302


def test_a_grant_of_tomorrow_opens_nothing_today(signed_in, prescriber):
    factories.a_grant(prescriber, given_at=timezone.now() + timedelta(hours=1))

    assert signed_in.get(ADD).status_code == 302


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
    assert event.facts == {"authority": "enrollment grant", "outcome": None, "phone_bound": False}


def test_a_step_up_opens_the_page_when_there_is_no_grant(verified, new_fob):
    form_key = form_key_in(verified.post(ADD))

    typed = {"serial": new_fob.serial, **new_fob.press_twice()}
    response = verified.post(ADD, {"form_key": form_key, **typed})

    assert "You already have a hardware token" in read(response)
    facts = AuditEvent.objects.get(event="token.binding_refused").facts
    assert facts == {
        "authority": "step-up by hard-token",
        "outcome": "has-hard-token",
        "phone_bound": False,
    }
