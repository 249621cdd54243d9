"""A loss is reported in one browser while the signing page is open in another."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.flows.revoke_account import revoke_account
from accounts.flows.suspend_signing import suspend_signing
from accounts.models import KnowledgeFactor, SigningState
from prescriptions.models import Prescription, Signature
from tests import factories
from tests.pages import submit
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.reading import events_of, read
from tokens.models import HardToken, RevocationCase, SoftToken
from tokens.step_up import Authority

STOPPED = "Signing under your name is stopped"


@pytest.fixture
def elsewhere(desk) -> Client:
    """The same person's other browser, on another computer."""
    browser = Client()
    browser.force_login(desk.user)
    return browser


def report(browser: Client, what: str):
    now = timezone.localtime(timezone.now(), ZoneInfo("America/New_York"))
    typed = {"date": f"{now:%Y-%m-%d}", "time": "00:00", "details": ""}
    answer = submit(browser, "/epcs/report-lost/", what=what, happened="stolen", **typed)
    assert answer.status_code == 302, answer.text


@pytest.mark.parametrize("what", ["hard-token", "knowledge"])
def test_the_very_next_post_is_refused_and_the_page_says_why(desk, elsewhere, what):
    page, otp = desk.open(), desk.fob.press()

    report(elsewhere, what)
    answer = desk.send(page, pin="4827", otp=otp)

    assert not Signature.objects.exists()
    assert STOPPED in read(answer)
    assert "was reported lost or stolen, so nobody can sign under your name" in read(answer)
    assert Prescription.objects.get().status != Prescription.Status.SIGNED
    assert HardToken.objects.get().next_factor == 0


def test_the_password_was_not_spent_so_it_still_verifies(desk, elsewhere):
    page, otp = desk.open(), desk.fob.press()
    report(elsewhere, "knowledge")
    desk.send(page, pin="4827", otp=otp)

    tested = submit(desk.client, f"/epcs/token/{HardToken.objects.get().pk}/test/", otp=otp)

    assert tested.status_code == 302
    assert HardToken.objects.get().next_factor == 1


def test_a_stolen_token_signs_nothing_and_verifies_nothing(desk, elsewhere):
    report(elsewhere, "hard-token")

    verified = submit(desk.client, "/epcs/verify/", method="token")
    tested = desk.client.get(f"/epcs/token/{HardToken.objects.get().pk}/test/")

    assert "Reported lost. Nobody can use it." in read(verified)
    assert 'name="otp"' not in tested.text


def test_the_other_token_does_not_sign_either(desk, elsewhere):
    phone = a_mobile_id(desk.user)
    page = desk.open()

    report(elsewhere, "hard-token")
    answer = desk.send(page, pin="4827", otp=phone.code(), source="mobile")

    assert STOPPED in read(answer)
    assert SoftToken.objects.get().next_factor == 0


def test_the_failure_is_no_wrong_attempt_and_locks_nothing(desk, elsewhere):
    page = desk.open()
    report(elsewhere, "knowledge")

    for _ in range(6):
        desk.send(page, pin="4827", otp=desk.fob.press())

    state = SigningState.objects.get()
    assert (state.failures, state.locked_until) == (0, None)


def test_support_on_the_telephone_stops_it_as_well(desk):
    page, agent = desk.open(), factories.a_person(is_staff=True)

    suspend_signing(user=desk.user, agent=agent, reason="Called.", at=timezone.now())
    answer = desk.send(page, pin="4827", otp=desk.fob.press())

    assert STOPPED in read(answer)
    assert HardToken.objects.get().next_factor == 0


def test_after_a_revocation_the_open_page_belongs_to_nobody(desk):
    page, at = desk.open(), timezone.now()
    case = RevocationCase(user=desk.user, number="CS-7306-4118", reason="Called.", issued_at=at)
    case.issued_by, case.expires_at = factories.a_person(), at + timedelta(hours=24)
    case.save()

    authority = Authority(name="step-up by hard-token", session_key="")
    revoke_account(user=desk.user, case="CS-7306-4118", authority=authority, at=timezone.now())
    answer = desk.send(page, pin="4827", otp=desk.fob.press())

    assert answer.url.startswith("/sign-in/")
    assert not KnowledgeFactor.objects.exists()
    assert not Signature.objects.exists()
    assert "account.revoked" in events_of(desk.user)
