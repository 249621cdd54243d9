from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.clock import minutes_pass
from tests.tokens.reading import events_of, on_the_wall, read
from tokens.models import HardToken

SAME = (
    "One-Time Password 2 is the same as password 1. Wait for the numbers to disappear, press the "
    "button again and enter the new ones."
)
REVERSED = (
    "These two passwords are the wrong way round. Enter the one the token showed first as "
    "One-Time Password 1."
)
SKIPPED = "The button was pressed an extra time between these two passwords."
OLD = "These passwords were shown before and can't be used any more."
FAR_AHEAD = "This token is too far ahead to bring back from here."
NOT_FROM_THIS = "These two passwords didn't come one after the other from this token."


def test_1001_presses_ahead_is_too_far(signed_in, page, token, fob):
    fob.press(1001)

    response = submit(signed_in, page, **fob.press_twice())

    token.refresh_from_db()
    assert FAR_AHEAD in read(response)
    assert "Contact support at (888) 555-0110" in read(response)
    assert token.next_factor == 0


def same(fob):
    otp = fob.press()
    return otp, otp


def reversed_(fob):
    second_shown_first = fob.press()
    return fob.press(), second_shown_first


def one_press_skipped(fob):
    return fob.press(), fob.press(2)


def old(fob):
    return fob.press(), fob.press(401)


def far_ahead(fob):
    return fob.press(5000), fob.press()


def of_another_token(fob):
    other = factories.a_fob_in_stock()
    return other.press(), other.press()


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        (same, SAME),
        (reversed_, REVERSED),
        (one_press_skipped, SKIPPED),
        (old, OLD),
        (far_ahead, FAR_AHEAD),
        (of_another_token, NOT_FROM_THIS),
    ],
)
def test_each_mistake_has_a_sentence_of_its_own(signed_in, page, token, fob, mistake, sentence):
    HardToken.objects.filter(pk=token.pk).update(next_factor=30)
    first, second = mistake(fob) if mistake is old else mistake(_ahead(fob))

    response = submit(signed_in, page, otp1=first, otp2=second)

    token.refresh_from_db()
    assert response.status_code == 200
    assert sentence in read(response)
    assert token.next_factor == 30


def _ahead(fob):
    fob.press(30 + 400)
    return fob


def test_the_sentence_for_another_token_names_the_serial_to_look_for(signed_in, page, token, fob):
    first, second = of_another_token(fob)

    response = submit(signed_in, page, otp1=first, otp2=second)

    assert f"Check that the serial number on its back is {token.serial}." in read(response)


def test_after_a_mistake_the_same_passwords_in_the_right_order_do(signed_in, page, token, fob):
    fob.press(400)
    first, second = fob.press_twice().values()
    submit(signed_in, page, otp1=second, otp2=first)

    response = submit(signed_in, page, otp1=first, otp2=second)

    assert response.status_code == 302


def test_a_failed_resync_does_not_bring_the_lock_nearer(signed_in, page, token):
    submit(signed_in, page, otp1="111111", otp2="222222")

    token.refresh_from_db()
    assert (token.failures, token.pair_tries) == (0, 1)


def test_five_tries_an_hour_then_even_the_right_passwords_wait(signed_in, page, token, fob):
    for _ in range(5):
        submit(signed_in, page, otp1="111111", otp2="222222")

    pair = fob.press_twice()
    refused = submit(signed_in, page, **pair)

    token.refresh_from_db()
    again = token.pair_tries_since + timedelta(hours=1)
    assert f"tried 5 times in an hour. You can try again at {on_the_wall(again)}." in read(refused)
    assert token.next_factor == 0
    minutes_pass(token, 60)
    assert submit(signed_in, page, **pair).status_code == 302


def test_the_tries_of_one_token_are_not_those_of_another(signed_in, page):
    for _ in range(6):
        submit(signed_in, page, otp1="111111", otp2="222222")
    alan = factories.a_prescriber()
    token, fob = factories.a_hard_token(alan)
    signed_in.force_login(alan)

    response = submit(signed_in, f"/epcs/token/{token.pk}/resync/", **fob.press_twice())

    assert response.status_code == 302


@pytest.fixture
def page(token) -> str:
    return f"/epcs/token/{token.pk}/resync/"


@pytest.fixture
def locked(token) -> HardToken:
    now = timezone.now()
    token.failures, token.locked_until, token.last_lock_at = 5, now + timedelta(minutes=15), now
    token.save()
    return token


def test_tries_are_counted_while_the_token_is_locked(signed_in, page, locked, fob):
    for _ in range(5):
        submit(signed_in, page, otp1="111111", otp2="222222")

    refused = submit(signed_in, page, **fob.press_twice())

    locked.refresh_from_db()
    assert "You have tried 5 times in an hour." in read(refused)
    assert locked.lock.is_closed(timezone.now())
    assert set(events_of(locked.user)) == {"token.resynchronization_refused"}  # no new lock


def test_a_held_token_stays_held(signed_in, page, locked, fob):
    form_key = form_key_on(signed_in, page)
    locked.held_at = timezone.now()
    locked.save()

    response = signed_in.post(page, {"form_key": form_key, **fob.press_twice()})

    locked.refresh_from_db()
    assert "stays locked until a designated individual at your practice unlocks it." in read(
        response
    )
    assert (locked.held_at is not None, locked.next_factor) == (True, 0)


def test_the_trail_tells_of_a_refusal_and_why_but_not_what_was_typed(signed_in, page, fob):
    first, second = reversed_(fob)

    submit(signed_in, page, otp1=first, otp2=second)

    event = AuditEvent.objects.get()
    assert (event.event, event.event_class) == ("token.resynchronization_refused", 1)
    assert event.facts["finding"] == "reversed"
    assert first not in event.text
    assert second not in event.text


def test_a_password_that_was_refused_is_not_shown_again(signed_in, page, fob):
    wrong, equal = fob.wrong(), fob.press()

    pages = [
        submit(signed_in, page, otp1=wrong, otp2=fob.press()),
        submit(signed_in, page, otp1=equal, otp2=equal),
    ]

    assert f'value="{wrong}"' not in pages[0].text
    assert f'value="{equal}"' not in pages[1].text


def test_the_last_try_of_the_hour_is_announced(signed_in, page, fob):
    wrong = {"otp1": fob.wrong(), "otp2": fob.press()}

    pages = [read(submit(signed_in, page, **wrong)) for _ in range(5)]

    assert ["You have 1 try left this hour." in page for page in pages] == [
        False, False, False, True, False,
    ]  # fmt: skip
