from __future__ import annotations

from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from epcs_portal.audit.models import AuditEvent
from tests.pages import form_key_on, submit
from tests.tokens.reading import choose, events_of, is_verified, read

ADD = "/epcs/token/add/"
DEVICES = "/epcs/devices/"
METHODS = "/epcs/verify/"
PAGE = "/epcs/verify/token/"


def test_a_session_is_not_verified_by_signing_in(signed_in, token):
    assert not is_verified(signed_in)


def test_the_way_leads_through_the_method_and_back_to_where_one_was(signed_in, token, fob):
    method = choose(signed_in, f"{METHODS}?next={quote(DEVICES, safe='')}")
    form = read(signed_in.get(method.url))
    response = submit(signed_in, method.url, otp=fob.press(), next=DEVICES)

    assert method.url.startswith(f"{PAGE}?next={quote(DEVICES, safe='')}&done=")
    assert f'name="next" value="{DEVICES}"' in form
    assert response.url.startswith(f"{DEVICES}?done=")
    assert "Identity verified" in signed_in.get(response.url).text


def test_it_opens_the_page_that_asked_for_it(verified):
    response = verified.post(ADD)

    assert response.status_code == 200
    assert "Add a hardware token" in response.text


def test_a_posted_form_is_never_posted_again(signed_in, token, fob):
    typed = {"serial": "GALH87654321", "otp1": "111111", "otp2": "222222"}
    asked = signed_in.post(ADD, typed)
    way = choose(signed_in, asked.url)

    response = submit(signed_in, way.url, otp=fob.press())

    assert response.url.startswith(f"{ADD}?done=")
    page = signed_in.get(response.url).text
    assert not [value for value in typed.values() if value in page]
    assert AuditEvent.objects.filter(event__startswith="token.").count() == 0


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "///evil.example",
        "javascript:alert(1)",
        "evil.example",
        "\t//evil.example/",
        "",
    ],
)
def test_it_never_leads_out_of_the_portal(signed_in, token, fob, foreign):
    page = f"{PAGE}?next={quote(foreign, safe='')}"

    posted = submit(signed_in, page, otp=fob.press(), next=foreign)
    standing = signed_in.get(METHODS, {"next": foreign})

    assert posted.url.startswith("/settings/epcs/?done=")
    assert standing.url == "/settings/epcs/"


def test_a_next_longer_than_any_page_is_no_trouble(signed_in, token, fob):
    page = f"{PAGE}?next={quote(DEVICES + '?' + 'x' * 2000, safe='')}"

    response = submit(signed_in, page, otp=fob.press())

    assert response.status_code == 302
    assert is_verified(signed_in)


def test_who_is_verified_is_not_asked_again(verified):
    response = verified.get(METHODS, {"next": DEVICES})

    assert (response.status_code, response.url) == (302, DEVICES)


def test_the_cookie_is_kept_from_scripts_and_lasts_an_hour(signed_in, token, fob):
    response = submit(signed_in, PAGE, otp=fob.press())

    cookie = response.cookies[settings.STEP_UP_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert (cookie["samesite"], cookie["max-age"], cookie["path"]) == ("Lax", 3600, "/")


def test_the_cookie_is_secure_where_the_session_is(signed_in, token, fob, settings):
    settings.SESSION_COOKIE_SECURE = True

    response = submit(signed_in, PAGE, otp=fob.press())

    assert response.cookies[settings.STEP_UP_COOKIE_NAME]["secure"] is True


def test_the_answer_to_a_second_click_carries_the_same_cookie(signed_in, prescriber, token, fob):
    form = {"form_key": form_key_on(signed_in, PAGE), "otp": fob.press()}

    first, second = (signed_in.post(PAGE, form) for _ in range(2))

    name = settings.STEP_UP_COOKIE_NAME
    assert first.url == second.url
    assert first.cookies[name].value == second.cookies[name].value
    assert events_of(prescriber) == ["step_up.succeeded"]
    assert is_verified(signed_in)


def test_a_copied_session_cannot_make_the_cookie(signed_in, prescriber, token, fob):
    """Whoever copied the session cookie also reads the page; the password is not theirs."""
    form = {"form_key": form_key_on(signed_in, PAGE), "otp": fob.press()}
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = signed_in.cookies[settings.SESSION_COOKIE_NAME]
    submit(thief, PAGE, otp=fob.wrong())
    signed_in.post(PAGE, form)

    assert is_verified(signed_in)
    assert settings.STEP_UP_COOKIE_NAME not in thief.cookies
    assert not is_verified(thief)


def test_a_wrong_password_opens_nothing_and_is_on_the_trail(signed_in, prescriber, token, fob):
    response = submit(signed_in, PAGE, otp=fob.wrong())

    token.refresh_from_db()
    assert "You have 4 attempts left." in read(response)
    assert settings.STEP_UP_COOKIE_NAME not in response.cookies
    assert not is_verified(signed_in)
    event = AuditEvent.objects.get()
    assert (event.event, event.person, event.event_class) == ("step_up.refused", prescriber, 1)
    assert token.failures == 1


def test_a_password_spent_on_the_test_page_is_no_good_here(signed_in, token, fob):
    otp = fob.press()
    submit(signed_in, f"/epcs/token/{token.pk}/test/", otp=otp)

    response = submit(signed_in, PAGE, otp=otp)

    assert "That one-time password was already used." in read(response)
    assert not is_verified(signed_in)


def test_wrong_passwords_on_both_pages_are_one_count(signed_in, token, fob):
    pages = [PAGE, f"/epcs/token/{token.pk}/test/"]

    answers = [submit(signed_in, pages[n % 2], otp=fob.wrong()) for n in range(5)]

    assert "We locked token" in read(answers[-1])
