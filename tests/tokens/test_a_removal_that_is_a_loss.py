"""Lost, stolen, used by somebody else: the answer goes on to the report, which removes as well."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.phones import OTHER, a_backup_phone
from tests.tokens.reading import events_of, read
from tokens.flows.remove_backup_phone import remove_backup_phone
from tokens.models import BackupPhone, CompromiseReport, HardToken, SoftToken, StepUp
from tokens.phone_refusals import PhoneGone
from tokens.removal_refusals import LastPhoneWayIn
from tokens.step_up import Authority

DETAIL = "Left it in a taxi."


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber, OTHER)


@pytest.fixture
def mobile_id(prescriber) -> SoftToken:
    a_mobile_id(prescriber)
    return SoftToken.objects.get()


def page_of(factor) -> str:
    kinds = {HardToken: "token", SoftToken: "mobile-id", BackupPhone: "phones"}
    return f"/epcs/{kinds[type(factor)]}/{factor.pk}/remove/"


EVENTS = {HardToken: "token", SoftToken: "mobile_id", BackupPhone: "phone"}


@pytest.mark.parametrize("reason", ["lost", "stolen", "compromised"])
@pytest.mark.parametrize("kind", [HardToken, SoftToken, BackupPhone])
def test_it_is_reported_and_removed_with_what_was_answered(
    verified, prescriber, token, mobile_id, phone, kind, reason
):
    lost = kind.objects.get()

    report = submit(verified, page_of(lost), reason=reason, detail=DETAIL).url
    before = kind.objects.get().status
    page = read(verified.get(report))
    form = verified.get(report).context["form"]
    answer = submit(verified, report, **typed_on(form))

    assert report.startswith("/epcs/report-lost/?what=")
    assert DETAIL not in report
    assert before == "active"
    assert DETAIL in page
    assert "It is also removed from your account" in page
    lost.refresh_from_db()
    assert (lost.status, lost.reason, lost.detail) == ("removed", reason, DETAIL)
    assert lost.reported_at == lost.removed_at
    kept = CompromiseReport.objects.get()
    assert answer.url.startswith(f"/epcs/report-lost/{kept.pk}/")
    assert (kept.factor, kept.circumstance, kept.details) == (lost, reason, DETAIL)
    assert events_of(prescriber)[-2:] == ["compromise.reported", f"{EVENTS[kind]}.removed"]


def typed_on(form) -> dict[str, str]:
    """Return what stands in the form, as a browser sends it unchanged."""
    return {name: str(form[name].value() or "") for name in ("what", "happened", "details")} | {
        "date": form["date"].value().strftime("%m/%d/%Y"),
        "time": form["time"].value(),
    }


def test_whose_step_up_is_over_meanwhile_only_stops_it(verified, token, phone):
    report = submit(verified, page_of(token), reason="stolen").url
    StepUp.objects.update(ended_at=timezone.now())

    page = verified.get(report)
    submit(verified, report, **typed_on(page.context["form"]))

    assert "also removed" not in read(page)
    token.refresh_from_db()
    assert (token.status, token.removed_at) == ("reported", None)


def test_nobody_removes_by_an_address_without_a_step_up(signed_in, token, phone):
    page = signed_in.get("/epcs/report-lost/?what=hard-token&happened=lost&remove=1")

    submit(signed_in, page.wsgi_request.get_full_path(), **typed_on(page.context["form"]))

    token.refresh_from_db()
    assert token.status == "reported"


def test_what_was_lost_is_reported_even_if_it_was_the_last_way_in(verified, token):
    report = "/epcs/report-lost/?what=hard-token&happened=lost&remove=1"
    page = verified.get(report)

    answer = submit(verified, report, **typed_on(page.context["form"]))

    assert answer.status_code == 302
    assert not HardToken.live().exists()


def test_a_detail_is_shown_once_and_on_no_other_report(verified, token, phone):
    report = submit(verified, page_of(token), reason="lost", detail=DETAIL).url
    elsewhere = read(verified.get("/epcs/report-lost/"))
    submit(verified, report, **typed_on(verified.get(report).context["form"]))

    assert DETAIL not in elsewhere
    assert DETAIL not in read(verified.get("/epcs/report-lost/?remove=1"))


@pytest.mark.parametrize("kind", [HardToken, SoftToken, BackupPhone])
def test_one_that_was_reported_is_removed_without_a_second_report(
    verified, prescriber, token, fob, mobile_id, phone, kind
):
    kind.objects.update(status="reported", reported_at=timezone.now())
    if kind is HardToken:
        # It proves nothing any more, so the session was proven by something else.
        StepUp.objects.update(hard_token=None, soft_token=mobile_id, method="mobile-code")

    answer = submit(verified, page_of(kind.objects.get()), reason="stolen", detail=DETAIL)

    assert answer.url.startswith("/settings/epcs/")
    removed = kind.objects.get()
    assert (removed.status, removed.reason) == ("removed", "stolen")
    assert not CompromiseReport.objects.exists()


def test_a_number_nobody_ever_confirmed_is_no_loss(verified, prescriber):
    pending = a_backup_phone(prescriber, status="pending", confirmed_at=None)

    submit(verified, page_of(pending), reason="lost")

    assert BackupPhone.objects.get().status == "removed"
    assert not CompromiseReport.objects.exists()


def test_the_last_phone_of_who_has_no_token_stays(signed_in, prescriber, phone):
    session = signed_in.session.session_key
    how = {"reason": "other", "detail": ""}

    with pytest.raises(LastPhoneWayIn):
        remove_backup_phone(
            phone=phone,
            **how,
            authority=Authority(name="x", session_key=session),
            at=timezone.now(),
        )

    assert events_of(prescriber) == ["phone.not_removed"]
    assert "last-phone-way-in" in AuditEvent.objects.get().text


def test_of_two_requests_at_once_one_removes_the_phone(prescriber, token, phone):
    authority = Authority(name="x", session_key="")
    how = {"reason": "other", "detail": "", "authority": authority}
    remove_backup_phone(phone=phone, **how, at=timezone.now())

    with pytest.raises(PhoneGone):
        remove_backup_phone(phone=phone, **how, at=timezone.now())

    assert events_of(prescriber) == ["phone.removed", "phone.not_removed"]


def test_its_page_says_so_and_offers_what_helps(verified, prescriber, token, phone):
    HardToken.objects.update(held_at=timezone.now())
    StepUp.objects.update(hard_token=None, backup_phone=phone, method="text")

    page = verified.get(page_of(phone))

    assert "Add a token or another phone first" in read(page)
    assert 'href="/epcs/token/add/"' in page.text
    assert 'href="/epcs/phones/add/"' in page.text
    assert ">Remove<" not in page.text


def test_after_a_removal_the_card_says_when_and_why(verified, prescriber, token, mobile_id, phone):
    for factor in (mobile_id, phone):
        submit(verified, page_of(factor), reason="replaced")

    page = read(verified.get("/settings/epcs/"))

    assert "Mobile ID on (•••) •••-0142 was removed on" in page
    assert "Reason: replaced with a new one." in page
    assert "You removed your last backup phone" in page


def test_the_form_key_of_a_removal_is_still_good_after_the_report(verified, token, phone):
    key = form_key_on(verified, page_of(token))

    first, second = (
        verified.post(page_of(token), {"form_key": key, "reason": "lost"}) for _ in range(2)
    )

    assert first.url == second.url
    assert HardToken.live().exists()


def test_a_stranger_is_led_to_sign_in(db, token):
    assert Client().get(page_of(token)).url.startswith("/sign-in/")
    assert Client().get("/epcs/report-lost/").url.startswith("/sign-in/")


def test_an_administrator_has_nothing_to_remove_or_to_report(client, db):
    client.force_login(factories.a_person(practice=factories.a_practice()))

    assert client.get("/epcs/report-lost/").status_code == 403
    assert client.get("/epcs/revoke/").status_code == 403
