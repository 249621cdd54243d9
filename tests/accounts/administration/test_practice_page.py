"""The practice page: who can sign, what waits for somebody, and what signing asks for first."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import DesignatedIndividual, Hold, PasswordReset
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.administration.reading import page_of, text_of
from tests.pages import form_key_on, submit
from tokens import notices
from tokens.models import HardToken, SecurityNotice, SeedRecord

PAGE = "/administration/"


def a_hold(user):
    notice = notices.note(user, SecurityNotice.Change.PIN_RESET, at=timezone.now())
    return Hold.objects.create(user=user, notice=notice, placed_at=timezone.now())


def a_shipment(user, serial):
    factories.a_fob_in_stock(serial)
    return factories.a_spare_on_its_way(user, serial, expected_on=dt.date(2027, 3, 14))


def a_reset(user, by, *, hours=72):
    at = timezone.now() - dt.timedelta(hours=72 - hours)
    return PasswordReset.objects.create(
        user=user, reset_by=by, reset_at=at, expires_at=at + dt.timedelta(hours=72)
    )


def test_an_empty_practice_says_none_and_that_it_is_not_ready(at_danas, practice):
    told = text_of(at_danas.get(PAGE))

    assert "Lakeside Pediatrics: 0 of 0 prescribers can sign controlled substances now." in told
    assert "Nobody here can be given access yet" in told
    assert "21 CFR 1311.125(a)" in told
    assert "Holds at your practice (0) None." in told


def test_it_tells_what_waits_for_whom(at_danas, sam, dana):
    factories.designated(sam)
    HardToken.objects.update(bound_at=timezone.now() - dt.timedelta(days=5 * 365 - 179))
    iris = factories.a_prescriber("ivance", practice=sam.practice, registered=False)
    hold, _shipment, _reset = a_hold(sam), a_shipment(iris, "GALH99887766"), a_reset(sam, dana)
    change = factories.an_access_change(sam, "revoke", entered_by=dana, at=timezone.now())
    factories.an_access_change(iris, entered_by=dana, at=timezone.now() - dt.timedelta(days=8))

    page = at_danas.get(PAGE)
    told = text_of(page)

    assert "Nobody here can be given access yet" not in told
    assert "Lakeside Pediatrics: 0 of 2 prescribers can sign" in told
    assert "Can't sign now (2)" in told
    assert "Identity proofing or activation is not complete. Registration in progress" in told
    assert "Signing was stopped by the practice. Two people give access again. Suspended" in told
    assert "Access changes that wait (1)" in told
    assert f"/administration/access/{change.uuid}/" in page.text
    assert "EPCS passwords to be set (1) Sam Nguyen, NP To be set by" in told
    assert "Holds at your practice (1)" in told
    assert f"/administration/holds/{hold.pk}/" in page.text
    assert "Fewer than two tokens (1) Sam Nguyen, NP One token" in told
    assert "Old or expiring tokens (1) Sam Nguyen, NP GALH12345678: lasts to about" in told
    assert "Tokens on their way (1) Sam Nguyen, NP GALH99887766, expected by Mar 14, 2027" in told
    for link in ("EPCS Setup", "Access changes", "Who manages access"):
        assert f">{link}</a>" in page.text
    assert page_of(iris) in page.text


@pytest.mark.parametrize(
    ("days", "told"), [(179, "expires"), (-1, "expired"), (181, ""), (None, "")]
)
def test_the_makers_date_says_how_old_a_token_is(at_danas, sam, days, told):
    ends = timezone.now() + dt.timedelta(days=days) if days else None
    SeedRecord.objects.update(expires_at=ends)

    page = text_of(at_danas.get(PAGE))

    assert f"Old or expiring tokens ({1 if told else 0})" in page
    assert f"GALH12345678: {told}" in page or not told


def test_what_is_over_or_of_another_practice_is_not_told(at_danas, sam, dana):
    other = factories.a_signer()
    factories.a_hard_token(other)
    HardToken.objects.filter(user=other).update(is_phone_bound=True, held_at=timezone.now())
    for person in (other, sam):
        a_hold(person)
    Hold.objects.filter(user=sam).update(lifted_at=timezone.now(), lifted_by="own-factors")
    a_shipment(other, "GALH99887766")
    a_reset(other, dana)
    a_reset(sam, dana, hours=0)

    told = text_of(at_danas.get(PAGE))

    assert "1 of 1 prescriber can sign" in told
    for title in ("Tokens to confirm", "Tokens to unlock", "Tokens on their way", "Holds at your"):
        assert f"{title} (0)" in told or f"{title} practice (0)" in told
    assert "EPCS passwords to be set (0)" in told


def test_of_a_long_list_twenty_are_shown(at_danas, practice):
    for _ in range(22):
        factories.a_prescriber(practice=practice, registered=False)

    told = text_of(at_danas.get(PAGE))

    assert "Can't sign now (22)" in told
    assert "And 2 more. See all in EPCS Setup ." in told


def test_the_number_of_queries_is_the_same_however_many_they_are(at_danas, sam, dana):
    def fill(person):
        a_hold(person)
        a_reset(person, dana)
        factories.an_access_change(person, "revoke", entered_by=dana, at=timezone.now())

    fill(sam)
    a_shipment(sam, "GALH99887766")
    at_danas.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        at_danas.get(PAGE)
    for number in range(5):
        person = factories.a_signer(practice=sam.practice)
        factories.a_hard_token(person)
        a_shipment(person, f"GALH9988770{number}")
        fill(person)

    with CaptureQueriesContext(connection) as many:
        at_danas.get(PAGE)

    assert len(many) == len(one)


def test_holds_are_told_to_designated_individuals_alone(browser_of, sam, dana):
    a_hold(sam)
    DesignatedIndividual.objects.update(ended_at=timezone.now(), ended_by=sam)

    assert "Holds at your practice" not in text_of(browser_of(dana).get(PAGE))


def test_who_administers_nothing_is_refused(browser_of, sam):
    for method in ("get", "post"):
        assert getattr(browser_of(sam), method)(PAGE).status_code == 403


def test_an_administrator_chooses_what_signing_asks_for_first(at_danas, browser_of, sam, dana):
    response = submit(at_danas, PAGE, signs_with="password")

    sam.practice.refresh_from_db()
    assert sam.practice.signs_with == "password"
    assert "Signing asks for the EPCS password first." in text_of(at_danas.get(response.url))
    event = AuditEvent.objects.get(event="practice.signing_factor_chosen")
    assert (event.actor, event.subject) == (dana, "EPCS password")
    assert event.chain == sam.audit_chain


def test_what_stands_already_is_not_written_again(at_danas):
    submit(at_danas, PAGE, signs_with="pin")

    assert "Select what signing asks for first." in text_of(submit(at_danas, PAGE, signs_with="x"))
    assert not AuditEvent.objects.filter(event="practice.signing_factor_chosen").exists()


def test_a_designated_individual_alone_does_not_choose(browser_of, sam):
    browser = browser_of(factories.designated(sam))
    form = {"form_key": "any", "signs_with": "password"}

    told = text_of(browser.get(PAGE))

    assert "Signing asks for the EPCS PIN first. An eRx administrator can change it." in told
    assert browser.post(PAGE, form).status_code == 403
    sam.practice.refresh_from_db()
    assert sam.practice.signs_with == "pin"


def test_a_second_click_chooses_once(at_danas):
    form = {"form_key": form_key_on(at_danas, PAGE), "signs_with": "password"}

    answers = [at_danas.post(PAGE, form).url for _click in range(2)]

    assert answers[0] == answers[1]
    assert AuditEvent.objects.filter(event="practice.signing_factor_chosen").count() == 1
