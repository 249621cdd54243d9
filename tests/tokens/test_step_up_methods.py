from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests import factories
from tests.pages import submit
from tests.tokens.clock import minutes_pass
from tests.tokens.reading import choose, on_the_wall, read
from tokens.models import HardToken

ADD = "/epcs/token/add/"
METHODS = "/epcs/verify/"
PAGE = "/epcs/verify/token/"


def test_the_method_names_the_token(signed_in, token):
    page = read(signed_in.get(METHODS))

    assert f"Press the button on token {token.serial}" in page
    assert "Next" in page


def test_who_has_nothing_to_verify_with_is_told_whom_to_call(signed_in):
    response = signed_in.get(signed_in.get(PAGE).url)

    assert "You can't add a token right now" in read(response)
    assert "(888) 555-0110" in read(response)


def test_who_may_add_a_first_token_is_sent_to_add_it(signed_in, prescriber):
    factories.a_grant(prescriber)

    assert signed_in.get(METHODS, {"next": ADD}).url == ADD


def test_a_locked_token_says_until_when(signed_in, token):
    until = timezone.now() + timedelta(minutes=15)
    HardToken.objects.filter(pk=token.pk).update(failures=5, locked_until=until)

    response = signed_in.get(METHODS)

    assert f"Locked until {on_the_wall(until)} after 5 incorrect codes." in read(response)
    assert f"/epcs/token/{token.pk}/resync/" in read(response)


def test_a_held_token_says_who_unlocks_it(signed_in, token):
    HardToken.objects.filter(pk=token.pk).update(held_at=timezone.now())

    response = signed_in.get(METHODS)

    assert "Locked until a designated individual at your practice unlocks it." in read(response)


def test_a_token_out_of_sync_says_resync_first(signed_in, token, fob):
    fob.press(400)
    refused = submit(signed_in, PAGE, otp=fob.press())

    response = signed_in.get(METHODS)

    assert "Resync your token, then try again." in read(refused)
    assert "Out of sync. Resync it first, then verify with it." in read(response)


def test_after_the_lock_the_method_is_there_again(signed_in, token):
    HardToken.objects.filter(pk=token.pk).update(locked_until=timezone.now())
    minutes_pass(token, 1)

    assert choose(signed_in, METHODS).url.startswith(f"{PAGE}?next=%2Fsettings%2Fepcs%2F&done=")
