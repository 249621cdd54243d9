"""Report lost or stolen, with sign-in alone: signing stops with this request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.compromises import Loss
from accounts.flows.report_compromise import report_compromise
from accounts.models import KnowledgeFactor, SigningState
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.mobile_phone import SMARTPHONE, a_mobile_id
from tests.tokens.phones import OTHER, a_backup_phone
from tests.tokens.reading import events_of, is_verified, read
from tokens.models import (
    BackupPhone,
    CompromiseReport,
    HardToken,
    MobileDevice,
    SecurityNotice,
    SoftToken,
)

PRACTICE = ZoneInfo("America/New_York")
REPORT, SETTINGS = "/epcs/report-lost/", "/settings/epcs/"
LATER = "This is later than now. Enter when you discovered it."
NOT_A_DATE = "Enter the date as month, day and year, for example 03/11/2026."
NOT_A_TIME = "Enter the time as on a clock, for example 9:05 AM."


@pytest.fixture
def signer(client, db):
    user = factories.a_signer()
    client.force_login(user)
    return user


@pytest.fixture
def token(signer):
    return factories.a_hard_token(signer)[0]


def answers(**typed: str) -> dict[str, str]:
    now = timezone.localtime(timezone.now(), PRACTICE)
    given = {"what": "hard-token", "happened": "lost", "details": ""}
    return given | {"date": f"{now:%m/%d/%Y}", "time": f"{now:%I:%M %p}"} | typed


def report(client, **typed: str):
    return submit(client, REPORT, **answers(**typed))


def test_nothing_but_the_sign_in_is_asked_and_signing_stops(client, signer, token):
    before = access_of(signer.prescriber)

    answer = report(client, details="On the train.")

    assert (before, access_of(signer.prescriber)) == (Access.GRANTED, Access.SUSPENDED)
    kept = CompromiseReport.objects.get()
    assert answer.url.startswith(f"{REPORT}{kept.pk}/")
    assert (kept.user, kept.reported_by, kept.hard_token) == (signer, signer, token)
    assert (kept.what, kept.circumstance, kept.details) == ("hard-token", "lost", "On the train.")
    token.refresh_from_db()
    assert (token.status, token.reported_at) == ("reported", kept.reported_at)
    assert events_of(signer)[-1] == "compromise.reported"
    assert "On the train." not in AuditEvent.objects.latest("sequence").text


def test_the_page_says_what_was_recorded_who_is_told_and_what_comes_next(client, signer, token):
    helper = factories.designated(factories.a_person(practice=signer.practice, first_name="Dana"))

    page = read(client.get(report(client).url))

    kept = CompromiseReport.objects.get()
    assert "Signing is stopped" in page
    assert f"{timezone.localtime(kept.reported_at, PRACTICE):%-I:%M:%S %p}" in page
    assert f"{helper.full_name}, and you by email and phone" in page
    assert f'href="/epcs/token/{token.pk}/remove/"' in page
    approved = "Two people at your practice approve your access to sign."
    assert f"{approved} Ask {helper.full_name}." in page
    assert {notice.change for notice in SecurityNotice.objects.filter(user=helper)} == {
        "loss-at-practice"
    }
    assert {notice.change for notice in SecurityNotice.objects.filter(user=signer)} == {
        "compromise-reported"
    }


def test_who_has_nobody_named_is_told_to_tell_the_practice(client, signer, token):
    page = read(client.get(report(client).url))

    assert "Your practice has named nobody else who manages access: tell it yourself" in page


def test_who_has_nothing_left_to_verify_with_is_told_to_call(client, signer, token):
    report(client)

    assert client.get(SETTINGS).context["readiness"]["action"]["label"] == "Contact support"


def test_the_card_the_panel_and_the_form_know_of_it(client, signer, token):
    a_backup_phone(signer)
    report(client)

    page, form = read(client.get(SETTINGS)), read(client.get(REPORT))

    assert "Reported lost" in page
    assert "Nobody can use this token." in page
    assert client.get(SETTINGS).context["readiness"]["action"] == {
        "label": "Remove it",
        "url": f"/epcs/token/{token.pk}/remove/",
    }
    assert token.serial not in form


def test_with_the_smartphone_goes_all_that_is_on_it(client, signer):
    a_mobile_id(signer)
    same, other = a_backup_phone(signer, SMARTPHONE), a_backup_phone(signer, OTHER)

    report(client, what="mobile-id", happened="stolen")

    assert SoftToken.objects.get().status == "reported"
    assert MobileDevice.objects.get().closed_at is not None
    statuses = [BackupPhone.objects.get(pk=phone.pk).status for phone in (same, other)]
    assert statuses == ["reported", "active"]
    assert "2 of 3, 1 suspended" in read(client.get(SETTINGS))


def test_with_a_backup_phone_goes_the_mobile_id_on_it(client, signer):
    a_mobile_id(signer)
    same = a_backup_phone(signer, SMARTPHONE)

    report(client, what=f"backup-phone:{same.pk}")

    assert SoftToken.objects.get().status == "reported"
    assert CompromiseReport.objects.get().backup_phone == same


def test_another_phone_leaves_mobile_id_as_it_is(client, signer):
    a_mobile_id(signer)
    other = a_backup_phone(signer, OTHER)

    report(client, what=f"backup-phone:{other.pk}")

    assert SoftToken.objects.get().status == "active"
    assert BackupPhone.objects.get().status == "reported"


def test_a_pin_that_somebody_knows_is_dead(client, signer, token):
    page = read(client.get(report(client, what="knowledge", happened="compromised").url))

    assert not KnowledgeFactor.objects.exists()
    assert "Choose a new EPCS PIN" in page
    token.refresh_from_db()
    assert token.status == "active"
    assert access_of(signer.prescriber) is Access.SUSPENDED


def test_all_that_was_proven_anywhere_ends(client, signer):
    _token, fob = factories.a_hard_token(signer)
    submit(client, "/epcs/verify/token/", otp=fob.press())
    assert is_verified(client)
    elsewhere = Client()
    elsewhere.force_login(signer)
    generation = SigningState.objects.get_or_create(user=signer)[0].generation

    report(elsewhere, what="knowledge")

    assert not is_verified(client)
    assert SigningState.objects.get(user=signer).generation > generation


def test_an_access_change_that_two_people_make_afterwards_brings_signing_back(
    client, signer, token
):
    report(client)

    factories.access_to_sign(
        signer, entered_by=factories.a_person(), executed_by=factories.a_person()
    )

    assert access_of(signer.prescriber) is Access.GRANTED


def test_a_second_click_gets_the_first_ones_answer(client, signer, token):
    typed = answers() | {"form_key": form_key_on(client, REPORT)}

    first, second = (client.post(REPORT, typed) for _ in range(2))

    assert first.url == second.url
    assert CompromiseReport.objects.count() == 1


def test_a_second_tab_reports_it_again_and_breaks_nothing(client, signer, token):
    keys = [form_key_on(client, REPORT) for _ in range(2)]

    first, second = (client.post(REPORT, answers() | {"form_key": key}) for key in keys)

    assert {first.status_code, second.status_code} == {302}
    assert CompromiseReport.objects.filter(hard_token=None).count() == 1


def test_a_report_of_somebody_else_is_not_there(client, signer, token):
    page = report(client).url
    client.force_login(factories.a_prescriber())

    assert client.get(page).status_code == 404
    assert client.get(f"{REPORT}{uuid4()}/").status_code == 404


def test_looking_reports_nothing_and_neither_does_a_page_of_another_site(client, signer, token):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    client.get(f"{REPORT}?what=hard-token&happened=stolen")
    answer = strict.post(REPORT, answers())

    assert answer.status_code == 403
    assert not CompromiseReport.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"what": ""}, "Select what is no longer only yours."),
        ({"what": "car"}, "Select what is no longer only yours."),
        ({"happened": ""}, "Select what happened."),
        ({"happened": "broken"}, "Select what happened."),
        ({"date": ""}, NOT_A_DATE),
        ({"date": "yesterday"}, NOT_A_DATE),
        ({"date": "02/30/2026"}, NOT_A_DATE),
        ({"date": "2026"}, NOT_A_DATE),
        ({"time": ""}, NOT_A_TIME),
        ({"time": "noon"}, NOT_A_TIME),
        ({"time": "25:00"}, NOT_A_TIME),
        ({"time": "13:05 PM"}, NOT_A_TIME),
    ],
)
def test_what_cannot_be_read_is_asked_again_and_the_rest_stays(
    client, signer, token, typed, sentence
):
    page = report(client, details="On the train.", **typed)

    assert page.status_code == 200
    assert sentence in read(page)
    assert "On the train." in read(page)
    assert not CompromiseReport.objects.exists()


@pytest.mark.parametrize(
    ("date", "time", "read_as"),
    [
        ("03/11/2026", "9:05 AM", "2026-03-11 09:05"),
        ("3/11/26", "9:05am", "2026-03-11 09:05"),
        ("2026-03-11", "21:05", "2026-03-11 21:05"),
        ("03-11-2026", "9 pm", "2026-03-11 21:00"),
        ("March 11, 2026", "9PM", "2026-03-11 21:00"),
        ("Mar 11, 2026", "00:00", "2026-03-11 00:00"),
        (" 3/11/2026 ", " 12:00 AM ", "2026-03-11 00:00"),
        ("03/08/2026", "2:30 AM", "2026-03-08 03:30"),  # an hour that there was not
        ("01/01/1900", "9:05 AM", "1900-01-01 09:05"),
    ],
)
def test_dates_and_times_are_read_as_people_write_them(client, signer, token, date, time, read_as):
    report(client, date=date, time=time)

    discovered = CompromiseReport.objects.get().discovered_at
    assert f"{timezone.localtime(discovered, PRACTICE):%Y-%m-%d %H:%M}" == read_as


def test_the_clock_is_that_of_the_practice(client, token, signer):
    practice = signer.practice
    practice.time_zone = "Pacific/Honolulu"
    practice.save()

    report(client, date="03/11/2026", time="9:05 AM")

    kept = CompromiseReport.objects.get()
    assert kept.discovered_at == datetime(2026, 3, 11, 19, 5, tzinfo=UTC)
    assert kept.due_at == datetime(2026, 3, 13, 9, 59, 59, 999999, tzinfo=UTC)


def test_nobody_discovers_a_loss_that_is_still_to_come(client, signer, token):
    soon = timezone.localtime(timezone.now() + timedelta(days=1), PRACTICE)

    page = report(client, date=f"{soon:%m/%d/%Y}", time="12:00 AM")

    assert LATER in read(page)
    assert page.context["form"].errors.keys() == {"date"}
    assert not CompromiseReport.objects.exists()


def test_later_today_is_told_at_the_time(client, signer, token):
    practice = signer.practice
    # Wherever it is neither the last nor the first hour of a day.
    hour = timezone.now().hour
    practice.time_zone = "America/New_York" if 6 <= hour < 23 else "Pacific/Honolulu"
    practice.save()

    with timezone.override(practice.time_zone):
        page = report(client, date=f"{timezone.localtime():%m/%d/%Y}", time="11:59 PM")

    assert LATER in read(page)
    assert page.context["form"].errors.keys() == {"time"}


def test_the_form_comes_with_the_time_of_now(client, signer, token):
    form = client.get(f"{REPORT}?what=hard-token&happened=stolen").context["form"]

    assert (form["what"].value(), form["happened"].value()) == ("hard-token", "stolen")
    assert form["date"].value() == timezone.localtime(timezone.now(), PRACTICE).date()


def test_a_report_within_a_business_day_is_in_time(client, signer, token):
    page = read(client.get(report(client).url))

    kept = CompromiseReport.objects.get()
    assert not kept.is_late
    assert "so this was late" not in page


def test_a_report_that_comes_late_is_taken_and_says_so(client, signer, token):
    page = read(client.get(report(client, date="03/11/2026", time="9:05 AM").url))

    kept = CompromiseReport.objects.get()
    assert kept.is_late
    assert kept.due_at == datetime(2026, 3, 13, 3, 59, 59, 999999, tzinfo=UTC)
    assert "Mar 12, 2026, 11:59 PM, so this was late" in page
    assert '"late":true' in AuditEvent.objects.latest("sequence").text.replace(" ", "")


def test_what_was_reported_before_due_times_were_kept_is_still_shown(client, signer, token):
    page = report(client).url
    CompromiseReport.objects.update(due_at=None)

    assert client.get(page).status_code == 200


def test_a_person_who_is_not_registered_can_report_too(client, db):
    person = factories.a_prescriber(registered=False)
    client.force_login(person)

    report(client, what="knowledge")

    assert CompromiseReport.objects.get().user == person


def test_a_factor_that_was_removed_meanwhile_is_reported_as_what_it_was(signer, token):
    HardToken.objects.update(status="removed", removed_at=timezone.now())
    at = timezone.now()
    loss = Loss(
        what=CompromiseReport.What.HARD_TOKEN,
        circumstance=CompromiseReport.Circumstance.LOST,
        discovered_at=at,
        factor=token,
        removed_for="lost",
    )

    report_compromise(user=signer, loss=loss, at=at)

    assert HardToken.objects.get().status == "removed"
    assert access_of(signer.prescriber) is Access.SUSPENDED


def test_all_that_is_on_the_smartphone_stands_on_the_trail(signer, client):
    a_mobile_id(signer)
    same = a_backup_phone(signer, SMARTPHONE)
    waiting = a_backup_phone(signer, OTHER, status="pending", confirmed_at=None)

    report(client, what="mobile-id")

    assert events_of(signer)[-2:] == ["compromise.reported", "compromise.factor_suspended"]
    assert AuditEvent.objects.get(event="compromise.factor_suspended").subject == str(same)
    waiting.refresh_from_db()
    assert waiting.is_pending


def test_a_number_that_still_waits_for_its_code_goes_with_the_smartphone(signer, client):
    a_mobile_id(signer)
    a_backup_phone(signer, SMARTPHONE, status="pending", confirmed_at=None)

    report(client, what="mobile-id")

    assert BackupPhone.objects.get().is_reported


def test_contacts_are_told_of_three_reports_in_an_hour(signer, client):
    for _ in range(5):
        report(client, what="knowledge")

    assert CompromiseReport.objects.count() == 5
    assert SecurityNotice.objects.filter(change="compromise-reported").count() == 3


def test_who_has_the_password_alone_chooses_no_pin_under_a_grant(signer, token, client):
    factories.a_grant(signer)

    report(client, what="knowledge", happened="compromised")

    assert not KnowledgeFactor.objects.exists()
    assert client.get("/epcs/pin/new/").url == "/epcs/pin/"
