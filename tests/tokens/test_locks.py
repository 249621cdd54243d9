"""Five wrong in a row lock a token, the third lock in a day holds it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.pages import form_key_on, submit
from tests.tokens.clock import minutes_pass
from tests.tokens.reading import events_of, on_the_wall, read
from tokens.models import HardToken

SETTINGS = "/settings/epcs/"


@pytest.fixture
def page(token) -> str:
    return f"/epcs/token/{token.pk}/test/"


def test_a_wrong_password_is_counted_and_the_page_says_how_many_are_left(
    signed_in, page, token, fob
):
    texts = [read(submit(signed_in, page, otp=fob.wrong())) for _ in range(4)]

    token.refresh_from_db()
    assert token.failures == 4
    assert f"Press the button on token {token.serial} and enter the new one." in texts[0]
    lefts = ["4 attempts left.", "3 attempts left.", "2 attempts left.", "1 attempt left."]
    assert all(f"You have {left}" in text for left, text in zip(lefts, texts, strict=True))


def test_success_starts_the_count_anew(signed_in, page, token, fob):
    for _ in range(4):
        submit(signed_in, page, otp=fob.wrong())

    submit(signed_in, page, otp=fob.press())

    token.refresh_from_db()
    assert token.failures == 0


@pytest.fixture
def form_key(signed_in, page) -> str:
    """The key of a form that was opened before the lock, and not sent yet."""
    return form_key_on(signed_in, page)


@pytest.fixture
def locked(form_key, signed_in, page, token, fob) -> HardToken:
    for _ in range(5):
        submit(signed_in, page, otp=fob.wrong())
    token.refresh_from_db()
    return token


def test_five_wrong_in_a_row_lock_the_token_for_15_minutes(signed_in, page, locked, prescriber):
    assert (locked.locked_until - locked.last_lock_at).total_seconds() == 15 * 60
    assert events_of(prescriber) == ["token.test_refused"] * 5 + ["token.locked"]
    until = on_the_wall(locked.locked_until)
    assert f"Locked until {until}" in read(signed_in.get(SETTINGS))


def test_while_it_is_locked_the_page_asks_for_no_password_and_offers_a_resync(
    signed_in, page, locked
):
    text = read(signed_in.get(page))

    assert f"It unlocks at {on_the_wall(locked.locked_until)}" in text
    assert "One-time password" not in text
    assert f"/epcs/token/{locked.pk}/resync/" in text


def test_while_it_is_locked_the_right_password_is_refused_and_not_spent(
    signed_in, page, form_key, locked, fob
):
    otp = fob.press()

    refused = signed_in.post(page, {"form_key": form_key, "otp": otp})

    until = on_the_wall(locked.locked_until)
    assert f"We locked token {locked.serial} after 5 incorrect attempts" in read(refused)
    assert f"You can try again at {until}." in read(refused)
    minutes_pass(locked, 15)
    assert submit(signed_in, page, otp=otp).status_code == 302


def test_attempts_on_a_locked_token_are_on_the_trail_and_make_the_lock_no_longer(
    signed_in, page, form_key, locked, prescriber, fob
):
    signed_in.post(page, {"form_key": form_key, "otp": fob.press()})

    assert events_of(prescriber)[5:] == ["token.locked", "token.test_refused"]
    assert HardToken.objects.get().locked_until == locked.locked_until


def test_a_lock_holds_in_another_session_too(form_key, page, prescriber, signed_in, token, fob):
    elsewhere = Client()
    elsewhere.force_login(prescriber)
    key = form_key_on(elsewhere, page)
    for _ in range(5):
        submit(signed_in, page, otp=fob.wrong())

    response = elsewhere.post(page, {"form_key": key, "otp": fob.press()})

    assert "We locked token" in read(response)


def test_after_the_lock_there_are_five_attempts_again(signed_in, page, locked, fob):
    minutes_pass(locked, 15)

    response = submit(signed_in, page, otp=fob.wrong())

    assert "You have 4 attempts left." in read(response)


def test_the_third_lock_in_a_day_stays(signed_in, page, form_key, locked, fob):
    for _ in range(2):
        minutes_pass(locked, 7 * 60)
        answers = [submit(signed_in, page, otp=fob.wrong()) for _ in range(5)]

    assert f"Token {locked.serial} was locked 3 times in a day" in read(answers[-1])
    minutes_pass(locked, 100 * 24 * 60)
    refused = signed_in.post(page, {"form_key": form_key, "otp": fob.press()})
    assert "it stays locked until a designated" in read(refused)
    assert "This token stays locked" in read(signed_in.get(SETTINGS))


def test_a_third_lock_a_day_after_the_first_ends_by_itself(signed_in, page, locked, fob):
    for _ in range(2):
        minutes_pass(locked, 12 * 60)
        for _ in range(5):
            submit(signed_in, page, otp=fob.wrong())

    minutes_pass(locked, 15)

    assert submit(signed_in, page, otp=fob.press()).status_code == 302
