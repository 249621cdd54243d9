from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.pages import submit
from tests.tokens.phones import NUMBER, a_backup_phone, code_on
from tests.tokens.reading import choose, is_verified
from tokens.models import HardToken, SecurityNotice, SeedRecord, StepUp

DEVICES = "/epcs/devices/"
PAGE = "/epcs/verify/token/"


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


def test_a_row_that_was_ended_stands_for_nothing(verified):
    StepUp.objects.update(ended_at=timezone.now())

    assert not is_verified(verified)


def test_it_ends_when_the_session_does(verified):
    session = verified.session
    session["seen_at"] -= 15 * 60
    session.save()

    verified.get(DEVICES)

    assert StepUp.objects.get().ended_at is not None


@pytest.mark.parametrize(
    "columns", [{"status": "removed", "removed_at": timezone.now()}, {"held_at": timezone.now()}]
)
def test_it_ends_with_the_token_that_proved_it(verified, token, columns):
    HardToken.objects.filter(pk=token.pk).update(**columns)

    assert not is_verified(verified)


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


def test_it_ends_when_the_token_that_proved_it_expires_and_not_when_somebody_locks_it(
    verified, token
):
    soon = {"expires_at": timezone.now() + timedelta(minutes=1)}
    SeedRecord.objects.filter(pk=token.seed_record_id).update(**soon)
    locked = {"failures": 5, "locked_until": timezone.now() + timedelta(minutes=9)}
    HardToken.objects.filter(pk=token.pk).update(**locked)
    assert is_verified(verified)

    SeedRecord.objects.filter(pk=token.seed_record_id).update(expires_at=timezone.now())

    assert not is_verified(verified)


def test_once_it_ended_one_verifies_again(verified, fob):
    _seen_and_proven(ago=timedelta(minutes=15))

    submit(verified, PAGE, otp=fob.press())

    assert is_verified(verified)
    assert StepUp.objects.count() == 2


def test_a_changed_factor_ends_it_elsewhere_and_not_here(verified, prescriber, fob):
    elsewhere = Client()
    elsewhere.force_login(prescriber)
    submit(elsewhere, PAGE, otp=fob.press())
    submit(verified, "/epcs/pin/", otp=fob.press())

    submit(verified, "/epcs/pin/new/", pin="4827", confirm="4827")

    assert is_verified(verified)
    assert not is_verified(elsewhere)


def test_a_token_added_ends_it_elsewhere(granted, prescriber, new_fob):
    a_backup_phone(prescriber)
    elsewhere = Client()
    elsewhere.force_login(prescriber)
    way = choose(elsewhere, "/epcs/verify/", f"text:{prescriber.backup_phones.get().pk}").url
    submit(elsewhere, way, code=code_on(NUMBER))

    submit(granted, "/epcs/token/add/", serial=new_fob.serial, **new_fob.press_twice())

    assert not is_verified(elsewhere)


def test_a_report_of_a_loss_ends_it_everywhere(verified, prescriber):
    factories.a_report(prescriber, what="hard-token", circumstance="lost")

    assert not is_verified(verified)
    assert SecurityNotice.objects.get().change == "compromise-reported"  # nobody is designated


def _cookie(client: Client) -> str:
    return client.cookies[settings.STEP_UP_COOKIE_NAME].value


def _seen_and_proven(*, ago: timedelta) -> None:
    now = timezone.now()
    StepUp.objects.update(seen_at=now - ago, proven_at=F("proven_at") - ago)
