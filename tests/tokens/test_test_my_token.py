from __future__ import annotations

import pytest

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.clock import minutes_pass
from tests.tokens.reading import events_of, read
from tokens.models import HardToken

SETTINGS = "/settings/epcs/"
USED = (
    "That one-time password was already used. Wait for the display to go dark, press the button "
    "and enter the new one."
)


@pytest.fixture
def page(token) -> str:
    return f"/epcs/token/{token.pk}/test/"


def test_a_right_password_is_accepted_and_spent(signed_in, page, token, fob):
    response = submit(signed_in, page, otp=fob.press())

    token.refresh_from_db()
    assert token.next_factor == 1
    assert token.last_used_at is not None
    assert response.status_code == 302
    assert "Your token works" in read(signed_in.get(response.url))


@pytest.mark.parametrize("presses", [1, 5, 10])
def test_up_to_ten_presses_may_be_skipped_and_are_shown(signed_in, page, token, fob, presses):
    fob.press(presses)

    response = submit(signed_in, page, otp=fob.press())

    health = signed_in.get(response.url).context["health"]
    assert {"label": "Presses skipped so far", "value": str(presses)} in health


def test_presses_skipped_add_up(signed_in, page, token, fob):
    for _ in range(3):
        submit(signed_in, page, otp=fob.press(4))

    token.refresh_from_db()
    assert (token.next_factor, token.presses_skipped) == (12, 9)


def test_the_page_shows_how_the_token_is_doing(signed_in, page, token, fob):
    before = read(signed_in.get(page))
    minutes_pass(token, 70 * 24 * 60)
    submit(signed_in, page, otp=fob.press())
    after = read(signed_in.get(page))

    assert "Not yet" in before
    assert "less than a month" in before
    assert "Today, " in after
    assert "2 months" in after


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}{1} ", "{0}\u00a0{1}"])
def test_blanks_and_hyphens_are_dropped(signed_in, page, fob, typed):
    otp = fob.press()

    response = submit(signed_in, page, otp=typed.format(otp[:3], otp[3:]))

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the 6-digit code."),
        ("12345", "The code must be 6 digits. You entered 5."),
        ("1234567", "The code must be 6 digits. You entered 7."),
        ("12345a", "The code must be 6 digits, with no letters."),
        ("１２３４５６", "The code must be 6 digits, with no letters."),
        ("١٢٣٤٥٦", "The code must be 6 digits, with no letters."),
        ("12345²", "The code must be 6 digits, with no letters."),
        ("+12345", "The code must be 6 digits, with no letters."),
        ("1.5e+1", "The code must be 6 digits, with no letters."),
    ],
)
def test_what_no_token_shows_is_refused_without_counting(signed_in, page, token, typed, sentence):
    response = submit(signed_in, page, otp=typed)

    token.refresh_from_db()
    assert sentence in read(response)
    assert token.failures == 0
    assert not AuditEvent.objects.exists()


def test_a_password_is_accepted_once(signed_in, page, token, fob):
    otp = fob.press()
    submit(signed_in, page, otp=otp)

    response = submit(signed_in, page, otp=otp)

    assert USED in read(response)
    assert AuditEvent.objects.filter(event="otp.replayed", event_class=1).count() == 1


def test_a_password_that_was_passed_over_counts_as_used(signed_in, page, fob):
    passed_over = fob.press()
    submit(signed_in, page, otp=fob.press())

    assert USED in read(submit(signed_in, page, otp=passed_over))


def test_a_second_click_tests_once_and_gets_the_same_answer(signed_in, page, prescriber, fob):
    form = {"form_key": form_key_on(signed_in, page), "otp": fob.press()}

    answers = [signed_in.post(page, form).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert events_of(prescriber) == ["token.tested"]


def test_a_password_of_the_step_up_page_is_no_good_here(signed_in, page, fob):
    otp = fob.press()
    submit(signed_in, "/epcs/verify/token/", otp=otp)

    assert USED in read(submit(signed_in, page, otp=otp))


@pytest.mark.parametrize("presses", [11, 400, 1000])
def test_too_many_presses_ahead_is_out_of_sync_and_the_card_says_so(
    signed_in, page, token, fob, presses
):
    fob.press(presses)

    response = submit(signed_in, page, otp=fob.press())

    assert "Your token is out of sync." in read(response)
    token.refresh_from_db()
    assert (token.next_factor, token.failures) == (0, 1)
    card = read(signed_in.get(SETTINGS))
    assert "Out of sync" in card
    assert "Resync your token" in card


def test_more_than_1000_presses_ahead_is_just_wrong(signed_in, page, token, fob):
    fob.press(1001)

    response = submit(signed_in, page, otp=fob.press())

    token.refresh_from_db()
    assert "That one-time password is not right." in read(response)
    assert token.out_of_step_at is None


def test_a_password_within_reach_ends_out_of_sync(signed_in, page, token, fob):
    otp = fob.press()
    HardToken.objects.filter(pk=token.pk).update(out_of_step_at=token.bound_at)

    submit(signed_in, page, otp=otp)

    token.refresh_from_db()
    assert token.out_of_step_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_token_is_not_there(client, page, method):
    client.force_login(factories.a_prescriber())

    assert getattr(client, method)(page).status_code == 404


def test_it_can_be_tested_many_times_in_a_row(signed_in, page, token, fob):
    for _ in range(12):
        response = submit(signed_in, page, otp=fob.press())
        assert response.status_code == 302
        page = response.url

    token.refresh_from_db()
    assert token.next_factor == 12
