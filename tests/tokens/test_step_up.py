from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.clock import minutes_pass
from tests.tokens.reading import events_of, on_the_wall, read
from tokens.models import HardToken, StepUp

ADD = "/epcs/token/add/"
DEVICES = "/epcs/devices/"
METHODS = "/epcs/verify/"
PAGE = "/epcs/verify/token/"
VERIFIED = "Identity verified for this session"


def is_verified(client: Client) -> bool:
    return VERIFIED in client.get(DEVICES).text


@pytest.fixture
def verified(signed_in, fob) -> Client:
    submit(signed_in, PAGE, otp=fob.press())
    assert is_verified(signed_in)
    return signed_in


def test_a_session_is_not_verified_by_signing_in(signed_in, token):
    assert not is_verified(signed_in)


def test_the_way_leads_through_the_method_and_back_to_where_one_was(signed_in, token, fob):
    method = signed_in.get(METHODS, {"next": DEVICES, "method": "token"})
    form = read(signed_in.get(method.url))
    response = submit(signed_in, method.url, otp=fob.press(), next=DEVICES)

    assert method.url == f"{PAGE}?next={quote(DEVICES, safe='')}"
    assert f'name="next" value="{DEVICES}"' in form
    assert response.url.startswith(f"{DEVICES}?done=")
    assert "Identity verified" in signed_in.get(response.url).text


def test_it_opens_the_page_that_asked_for_it(verified, token):
    HardToken.objects.filter(pk=token.pk).update(status=HardToken.Status.REMOVED)

    response = verified.get(ADD)

    assert response.status_code == 200
    assert "Token Serial Number" in response.text


def test_a_posted_form_is_never_posted_again(signed_in, token, fob):
    typed = {"serial": "GALH87654321", "otp1": "111111", "otp2": "222222"}
    asked = signed_in.post(ADD, typed)
    way = signed_in.get(f"{asked.url}&method=token")

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


def test_the_row_opens_nothing(verified):
    row = StepUp.objects.get()

    kept = {row.cookie_digest, row.session_digest}
    assert verified.cookies[settings.STEP_UP_COOKIE_NAME].value not in kept
    assert verified.session.session_key not in kept


def test_it_does_not_count_in_another_session_of_the_same_person(verified, prescriber):
    elsewhere = Client()
    elsewhere.force_login(prescriber)
    elsewhere.cookies[settings.STEP_UP_COOKIE_NAME] = _cookie(verified)

    assert not is_verified(elsewhere)


def test_it_does_not_count_for_another_person(verified):
    somebody = Client()
    somebody.force_login(factories.a_prescriber())
    somebody.cookies[settings.STEP_UP_COOKIE_NAME] = _cookie(verified)

    assert not is_verified(somebody)


@pytest.mark.parametrize("cookie", ["", "0" * 64, "é", "x" * 4000])
def test_without_its_cookie_the_session_is_not_verified(verified, cookie):
    verified.cookies[settings.STEP_UP_COOKIE_NAME] = cookie

    assert not is_verified(verified)


def test_it_ends_at_sign_out(verified, prescriber):
    kept = {name: morsel.value for name, morsel in verified.cookies.items()}

    verified.post("/sign-out/")

    assert StepUp.objects.get().ended_at is not None
    verified.cookies.load(kept)
    assert verified.get(DEVICES).status_code == 302
    verified.force_login(prescriber)
    assert not is_verified(verified)


def test_it_ends_when_the_session_does(verified):
    session = verified.session
    session["seen_at"] -= 15 * 60
    session.save()

    verified.get(DEVICES)

    assert StepUp.objects.get().ended_at is not None


@pytest.mark.parametrize(("minutes", "stands"), [(14.9, True), (15, False)])
def test_it_ends_after_15_minutes_without_activity(verified, minutes, stands):
    _seen_and_proven(ago=timedelta(minutes=minutes))

    assert is_verified(verified) is stands


@pytest.mark.parametrize(("minutes", "stands"), [(59.9, True), (60, False)])
def test_it_ends_after_an_hour_whatever_one_does(verified, minutes, stands):
    StepUp.objects.update(proven_at=timezone.now() - timedelta(minutes=minutes))

    assert is_verified(verified) is stands


def test_activity_keeps_it_and_is_written_once_a_minute(verified):
    _seen_and_proven(ago=timedelta(minutes=14))
    before = StepUp.objects.get().seen_at

    verified.get(DEVICES)
    kept = StepUp.objects.get().seen_at
    verified.get(DEVICES)

    assert kept - before >= timedelta(minutes=14)
    assert StepUp.objects.get().seen_at == kept
    _seen_and_proven(ago=timedelta(minutes=14))
    assert is_verified(verified)


def test_once_it_ended_one_verifies_again(verified, fob):
    _seen_and_proven(ago=timedelta(minutes=15))

    submit(verified, PAGE, otp=fob.press())

    assert is_verified(verified)
    assert StepUp.objects.count() == 2


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


def test_the_method_names_the_token(signed_in, token):
    page = read(signed_in.get(METHODS))

    assert f"Press the button on token {token.serial}" in page
    assert "Next" in page


def test_who_has_nothing_to_verify_with_is_told_whom_to_call(signed_in):
    response = signed_in.get(signed_in.get(PAGE).url)

    assert "A first token is added within 24 hours of completing EPCS registration." in read(response)
    assert "(888) 555-0110" in read(response)


def test_who_may_add_a_first_token_is_sent_to_add_it(signed_in, prescriber):
    factories.a_grant(prescriber)

    assert signed_in.get(METHODS, {"next": ADD}).url == ADD


def test_a_locked_token_says_until_when(signed_in, token):
    until = timezone.now() + timedelta(minutes=15)
    HardToken.objects.filter(pk=token.pk).update(failures=5, locked_until=until)

    response = signed_in.get(METHODS, {"method": "token"})

    assert f"Locked until {on_the_wall(until)} after 5 incorrect codes." in read(response)


def test_a_held_token_says_who_unlocks_it(signed_in, token):
    HardToken.objects.filter(pk=token.pk).update(held_at=timezone.now())

    response = signed_in.get(METHODS, {"method": "token"})

    assert "Locked until a designated individual at your practice unlocks it." in read(response)


def test_a_token_out_of_sync_says_resync_first(signed_in, token, fob):
    fob.press(400)
    refused = submit(signed_in, PAGE, otp=fob.press())

    response = signed_in.get(METHODS, {"method": "token"})

    assert "Resync your token and come back." in read(refused)
    assert "Out of sync. Resync it first, then verify with it." in read(response)


def test_after_the_lock_the_method_is_there_again(signed_in, token):
    HardToken.objects.filter(pk=token.pk).update(locked_until=timezone.now())
    minutes_pass(token, 1)

    assert signed_in.get(METHODS, {"method": "token"}).status_code == 302


def _cookie(client: Client) -> str:
    return client.cookies[settings.STEP_UP_COOKIE_NAME].value


def _seen_and_proven(*, ago: timedelta) -> None:
    now = timezone.now()
    StepUp.objects.update(seen_at=now - ago, proven_at=F("proven_at") - ago)
