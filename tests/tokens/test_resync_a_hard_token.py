from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.reading import events_of, read
from tokens.models import HardToken

OLD = "These passwords were shown before and can't be used any more."


@pytest.fixture
def page(token) -> str:
    return f"/epcs/token/{token.pk}/resync/"


def test_400_idle_presses_and_two_passwords_bring_it_back(signed_in, page, token, fob):
    fob.press(400)

    response = submit(signed_in, page, **fob.press_twice())

    token.refresh_from_db()
    assert (token.next_factor, token.presses_skipped) == (402, 400)
    assert response.url.startswith("/settings/epcs/?done=")
    assert "Your token is back in sync" in read(signed_in.get(response.url))


def test_it_takes_no_more_than_being_signed_in(signed_in, page):
    assert signed_in.get(page).status_code == 200


def test_the_page_shows_the_serial_to_compare(signed_in, page, token):
    assert token.serial in signed_in.get(page).text


def test_who_came_from_admin_returns_to_device_management(signed_in, page, fob):
    response = submit(signed_in, f"{page}?door=admin", **fob.press_twice())

    assert response.url.startswith("/epcs/devices/?done=")


@pytest.mark.parametrize("presses", [0, 1, 10, 11, 999, 1000])
def test_it_is_found_up_to_1000_presses_ahead(signed_in, page, token, fob, presses):
    for _ in range(presses):
        fob.press()

    submit(signed_in, page, **fob.press_twice())

    token.refresh_from_db()
    assert (token.next_factor, token.presses_skipped) == (presses + 2, presses)


def test_the_two_passwords_are_spent(signed_in, page, token, fob):
    pair = fob.press_twice()
    submit(signed_in, page, **pair)

    test_page = page.replace("resync", "test")
    answers = [submit(signed_in, test_page, otp=otp) for otp in pair.values()]
    again = submit(signed_in, page, **pair)

    assert all("That one-time password was already used." in read(answer) for answer in answers)
    assert OLD in read(again)


def test_the_passwords_passed_over_are_spent_as_well(signed_in, page, fob):
    passed_over = fob.press(3)
    submit(signed_in, page, **fob.press_twice())

    response = submit(signed_in, page.replace("resync", "test"), otp=passed_over)

    assert "That one-time password was already used." in read(response)


def test_a_second_click_resyncs_once_and_gets_the_same_answer(signed_in, page, prescriber, fob):
    form = {"form_key": form_key_on(signed_in, page), **fob.press_twice()}

    answers = [signed_in.post(page, form).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert events_of(prescriber) == ["token.resynchronized"]


def test_success_ends_out_of_sync_and_starts_the_count_anew(signed_in, page, token, fob):
    fob.press(400)
    submit(signed_in, page.replace("resync", "test"), otp=fob.press())
    submit(signed_in, page, otp1="111111", otp2="222222")

    submit(signed_in, page, **fob.press_twice())

    token.refresh_from_db()
    assert token.out_of_step_at is None
    assert (token.failures, token.pair_tries, token.pair_tries_since) == (0, 0, None)


@pytest.fixture
def locked(token) -> HardToken:
    now = timezone.now()
    token.failures, token.locked_until, token.last_lock_at = 5, now + timedelta(minutes=15), now
    token.save()
    return token


def test_a_locked_token_is_resynced_and_unlocked(signed_in, page, locked, fob):
    fob.press(400)

    response = submit(signed_in, page, **fob.press_twice())

    assert response.status_code == 302
    locked.refresh_from_db()
    assert (locked.failures, locked.locked_until) == (0, None)
    assert locked.last_lock_at is not None  # it still counts towards the third of the day
    assert submit(signed_in, page.replace("resync", "test"), otp=fob.press()).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_token_is_not_there(client, page, method):
    client.force_login(factories.a_prescriber())

    assert getattr(client, method)(page).status_code == 404


def test_a_removed_token_is_not_there(signed_in, page, token):
    HardToken.objects.filter(pk=token.pk).update(status="removed", removed_at=timezone.now())

    assert signed_in.get(page).status_code == 404


def test_the_trail_tells_of_success_and_how_far_ahead_it_was(signed_in, page, prescriber, fob):
    fob.press(400)

    submit(signed_in, page, **fob.press_twice())

    event = AuditEvent.objects.get(event="token.resynchronized")
    assert (event.person, event.subject) == (prescriber, f"hard token {fob.serial}")
    assert event.facts == {"skipped": 400}
