from __future__ import annotations

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from epcs_portal.demo.models import VirtualFob
from tokens import selectors
from tokens.flows.resynchronize_hard_token import resynchronize_hard_token
from tokens.flows.try_token import try_token
from tokens.refusals import TokenLocked, TokenNotActive, TokenOutOfStep

PAGE = "/demo/devices/"
MARIAS, ALANS, STOCK = "GALH12345678", "GALH24681357", "GALH87654321"


def fob_of(serial):
    return VirtualFob.objects.get(seed_record__serial=serial)


def press(client, serial):
    return client.post(PAGE, {"serial": serial, "press": "1"})


def play(client, serial, scenario):
    return client.post(PAGE, {"serial": serial, "scenario": scenario})


def displays(client):
    """What the fobs on the page show, by serial."""
    shown = re.findall(
        r'aria-label="Display of token (\w+)" data-lcd>([^<]*)<', client.get(PAGE).text
    )
    return {serial: digits.replace("&nbsp;", "") for serial, digits in shown}


@pytest.fixture
def at_marias(client, maria):
    client.force_login(maria)
    return client


@pytest.fixture
def marias_token(maria):
    return lambda: selectors.hard_token_of(maria)


def test_a_prescriber_sees_the_own_token_first_then_stock_and_nobody_elses(at_marias):
    shown = list(displays(at_marias))

    assert shown == [MARIAS, STOCK, "GALH13572468", "GALH99887766"]


def test_a_prescriber_without_a_token_sees_stock(client, sam):
    client.force_login(sam)

    assert list(displays(client)) == [STOCK, "GALH13572468", "GALH99887766"]


def test_a_display_is_dark_until_the_button_is_pressed(at_marias):
    before = displays(at_marias)

    response = press(at_marias, MARIAS)

    assert response.status_code == 302
    assert response.url == f"{PAGE}#{MARIAS}"
    assert set(before.values()) == {""}
    assert re.fullmatch("[0-9]{6}", displays(at_marias)[MARIAS])


def test_the_digits_on_the_display_are_the_next_password_of_the_token(at_marias, marias_token):
    press(at_marias, MARIAS)

    otp = displays(at_marias)[MARIAS]

    assert try_token(token=marias_token(), otp=otp, at=timezone.now()) == 0


def test_two_clicks_are_two_presses(at_marias, marias_token):
    press(at_marias, MARIAS)
    press(at_marias, MARIAS)

    otp = displays(at_marias)[MARIAS]

    assert try_token(token=marias_token(), otp=otp, at=timezone.now()) == 1


def test_two_presses_decided_on_the_same_row_are_both_counted(demo):
    at = timezone.now()
    one, other = fob_of(STOCK), fob_of(STOCK)

    shown = [one.press(at=at), other.press(at=at)]

    state = one.seed_record.oath_state(next_factor=0)
    assert shown == [state.otp_at(0), state.otp_at(1)]


def test_the_display_is_lit_for_30_seconds(demo):
    fob, at = fob_of(STOCK), timezone.now()
    otp = fob.press(at=at)

    lit = [fob.display(at=at + dt.timedelta(seconds=passed)) for passed in (0, 29.9, 30, 300)]

    assert lit == [otp, otp, "", ""]
    assert fob.seconds_left(at=at + dt.timedelta(seconds=10.5)) == 20
    assert fob.seconds_left(at=at - dt.timedelta(seconds=1)) == 0


@pytest.mark.parametrize("scenario", ["knock", "carry"])
def test_idle_presses_put_a_token_out_of_sync_and_a_resync_brings_it_back(
    at_marias, marias_token, scenario
):
    play(at_marias, MARIAS, scenario)
    fob, at = fob_of(MARIAS), timezone.now()

    with pytest.raises(TokenOutOfStep):
        try_token(token=marias_token(), otp=fob.press(at=at), at=at)
    resynchronize_hard_token(
        token=marias_token(), first=fob.press(at=at), second=fob.press(at=at), at=at
    )

    assert try_token(token=marias_token(), otp=fob.press(at=at), at=at) == 0


def test_the_code_a_knocked_token_shows_is_already_out_of_sync(at_marias, marias_token):
    play(at_marias, MARIAS, "knock")

    otp = displays(at_marias)[MARIAS]

    with pytest.raises(TokenOutOfStep):
        try_token(token=marias_token(), otp=otp, at=timezone.now())


def test_skipping_30_seconds_darkens_the_display_and_presses_nothing(at_marias):
    press(at_marias, MARIAS)

    play(at_marias, MARIAS, "wait")

    assert displays(at_marias)[MARIAS] == ""
    assert fob_of(MARIAS).presses == 3


@pytest.mark.parametrize("wrong_before", [0, 3])
def test_locking_enters_incorrect_codes_that_are_counted_and_on_the_trail(
    at_marias, marias_token, wrong_before
):
    token = marias_token()
    type(token).objects.filter(pk=token.pk).update(failures=wrong_before)

    play(at_marias, MARIAS, "lock")

    entered = settings.OTP_FAILURES_TO_LOCK - wrong_before
    assert AuditEvent.objects.filter(event="token.test_refused").count() == entered
    assert AuditEvent.objects.filter(event="token.locked").count() == 1
    with pytest.raises(TokenLocked):
        try_token(
            token=marias_token(), otp=fob_of(MARIAS).press(at=timezone.now()), at=timezone.now()
        )


def test_locking_a_locked_token_adds_no_lock(at_marias, marias_token):
    play(at_marias, MARIAS, "lock")
    before = marias_token()

    play(at_marias, MARIAS, "lock")

    assert marias_token().lock == before.lock


def test_a_token_in_stock_cannot_be_locked(at_marias):
    response = play(at_marias, STOCK, "lock")

    assert response.status_code == 404
    assert at_marias.get(PAGE).text.count('value="lock"') == 1


def test_an_expired_token_is_over_for_good(at_marias, marias_token):
    told = at_marias.get(play(at_marias, MARIAS, "expire").url).text
    otp = fob_of(MARIAS).press(at=timezone.now())

    with pytest.raises(TokenNotActive):
        try_token(token=marias_token(), otp=otp, at=timezone.now())
    assert "The token has expired" in told
    assert "Expired" in at_marias.get("/settings/epcs/").text


def test_the_page_says_what_was_done_to_which_token(at_marias):
    response = play(at_marias, STOCK, "carry")

    page = at_marias.get(response.url).text
    assert response.url == f"{PAGE}?did=carry&token={STOCK}#{STOCK}"
    assert page.count("The button was pressed 400 times") == 1
    assert page.index("was pressed 400 times") > page.index(f'id="{STOCK}"')


@pytest.mark.parametrize(
    ("serial", "sent"),
    [
        (ALANS, {"press": "1"}),
        (ALANS, {"scenario": "carry"}),
        ("GALH00000000", {"press": "1"}),
        (MARIAS, {"scenario": "burn"}),
        (MARIAS, {}),
    ],
)
def test_only_what_is_shown_can_be_used(at_marias, serial, sent):
    response = at_marias.post(PAGE, {"serial": serial, **sent})

    assert response.status_code == 404
    assert fob_of(ALANS).presses == 2


def test_an_administrator_reads_a_sentence_and_presses_nothing(client, dana):
    client.force_login(dana)

    page, pressed = client.get(PAGE), press(client, STOCK)

    assert "Hardware tokens belong to prescribers" in page.text
    assert STOCK not in page.text
    assert pressed.status_code == 404


def test_nobody_sees_the_devices_before_signing_in(client, demo):
    response = client.get(PAGE)

    assert response.status_code == 302
    assert response.url.startswith("/sign-in/")


def test_a_press_sent_by_another_site_is_refused(maria):
    client = Client(enforce_csrf_checks=True)
    client.force_login(maria)

    response = press(client, MARIAS)

    assert response.status_code == 403
    assert fob_of(MARIAS).presses == 2
