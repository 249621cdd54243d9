"""One prescriber of the practice: read only and masked, and the button that resets a password."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import KnowledgeFactor, PasswordReset
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.local_time import month_day_and_time
from tests import factories
from tests.accounts.administration.reading import page_of, text_of
from tests.pages import form_key_on, submit
from tests.tokens.phones import a_backup_phone
from tokens.models import HardToken

RESET = "Reset EPCS Password"


def opened():
    return AuditEvent.objects.filter(event="practice.prescriber_opened")


def test_it_says_how_they_stand_and_shows_nothing_secret(at_danas, sam):
    a_backup_phone(sam)

    told = text_of(at_danas.get(page_of(sam)))

    assert "Sam Nguyen, NP" in told
    assert f"Lakeside Pediatrics · DEA {sam.prescriber.dea_registrations.get()} · NPI" in told
    assert "EPCS enabled" in told
    assert "Hardware Token Active GALH12345678" in told
    assert "Backup phones 1 of 3" in told
    assert sam.backup_phones.get().number[-10:] not in told
    assert sam.backup_phones.get().number[-4:] in told
    assert "Only the prescriber can add, resync or remove devices." in told
    assert "Schedules 2, 2N, 3, 3N, 4, 5" in told
    assert "Identity proofing IAL2, Simulated CSP" in told


def test_what_is_missing_is_said_of_who_is_not_registered(at_danas, practice):
    iris = factories.a_prescriber("ivance", practice=practice, registered=False)

    told = text_of(at_danas.get(page_of(iris)))

    assert "Registration in progress" in told
    assert "Identity proofing Not on record" in told
    assert "Activated Not yet" in told
    assert "An active token" in told
    assert "DEA registrations None on record." in told
    assert "Given Never" in told
    assert RESET not in told


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_practice_and_who_prescribes_nothing_are_not_found(at_danas, dana, method):
    stranger, colleague = factories.a_signer(), factories.a_person(practice=dana.practice)

    for person in (stranger, colleague):
        assert getattr(at_danas, method)(page_of(person)).status_code == 404
    assert getattr(at_danas, method)(f"/administration/epcs-setup/{10**30}/").status_code == 404
    assert not opened().exists()
    assert not PasswordReset.objects.exists()


def test_opening_it_is_on_the_trail_once_an_hour(at_danas, sam, dana):
    for _ in range(2):
        at_danas.get(page_of(sam))

    event = opened().get()

    assert (event.person, event.actor) == (sam, dana)
    assert "by Dana Whitfield (dwhitfield)" in text_of(at_danas.get(page_of(sam)))


def test_the_button_resets_the_password_and_the_page_says_what_to_do(at_danas, sam, dana):
    factors = KnowledgeFactor.objects.filter(user=sam, kind="password")
    factors.create(user=sam, kind="password", set_at=timezone.now(), sealed=b"0" * 40)
    before = text_of(at_danas.get(page_of(sam)))

    response = submit(at_danas, page_of(sam))
    told = text_of(at_danas.get(response.url))

    assert "Use this when the prescriber has lost or forgotten it." in before
    reset = PasswordReset.objects.get()
    assert (reset.user, reset.reset_by) == (sam, dana)
    assert not factors.exists()
    assert "Sam Nguyen can now set a new EPCS password" in told
    assert "Ask them to open My Settings and select Set up my EPCS password by" in told
    assert "Status Waiting for prescriber" in told
    assert "by you Must be set by" in told
    assert "Their old password no longer works." in told
    with timezone.override(sam.time_zone):
        until = month_day_and_time(reset.expires_at)
    assert f"It is open until {until}. You can reset again if the time runs out." in told


def test_who_had_no_password_loses_none(at_danas, sam):
    before = text_of(at_danas.get(page_of(sam)))
    told = text_of(at_danas.get(submit(at_danas, page_of(sam)).url))

    assert "wants to sign with an EPCS password. They choose one in My Settings." in before
    assert "stops working" not in before
    assert "They had none before." in told


def test_the_history_tells_of_what_signs_and_of_nothing_else(at_danas, sam, dana):
    with audited_transaction() as trail:
        for event in (Event.SIGN_IN_SUCCEEDED, Event.PRESCRIPTION_COMPOSED, Event.PIN_RESET):
            trail.record(event, at=timezone.now(), person=sam, actor=sam)

    told = text_of(at_danas.get(page_of(sam)))

    assert "EPCS PIN reset" in told
    assert "Opened by who administers the practice" in told
    assert "Prescription composed" not in told
    assert "Signed in Today" not in told


def test_a_second_click_resets_once(at_danas, sam):
    form = {"form_key": form_key_on(at_danas, page_of(sam))}

    answers = [at_danas.post(page_of(sam), form).url for _click in range(2)]

    assert answers[0] == answers[1]
    assert PasswordReset.objects.count() == 1


def test_a_reset_that_ran_out_says_so(at_danas, sam, dana):
    at = timezone.now() - dt.timedelta(hours=73)
    PasswordReset.objects.create(
        user=sam, reset_by=dana, reset_at=at, expires_at=at + dt.timedelta(hours=72)
    )

    assert "Status Not set in time" in text_of(at_danas.get(page_of(sam)))


def test_a_designated_individual_alone_resets_nothing(browser_of, sam, practice):
    alan = factories.designated(factories.a_signer("aokafor", practice=practice))
    browser = browser_of(alan)

    told = text_of(browser.get(page_of(sam)))

    assert RESET not in told
    assert "Only an eRx administrator of your practice can reset it." in told
    assert browser.post(page_of(sam), {"form_key": "any"}).status_code == 403
    assert not PasswordReset.objects.exists()


def test_nobody_resets_their_own(browser_of, sam, practice):
    sam.membership.is_erx_administrator = True
    sam.membership.save()
    browser = browser_of(sam)

    told = text_of(browser.get(page_of(sam)))
    form_key = form_key_on(browser, "/administration/")
    refused = text_of(browser.post(page_of(sam), {"form_key": form_key}))

    assert "You can't reset your own EPCS password." in told
    assert RESET not in told
    assert "Ask another eRx administrator" in refused
    assert not opened().exists()
    assert not PasswordReset.objects.exists()


def test_who_manages_access_is_led_to_giving_and_ending_it(at_danas, browser_of, sam, practice):
    new = factories.a_prescriber("ivance", practice=practice)
    factories.an_access_change(sam, "revoke", entered_by=sam, at=timezone.now())
    nobody_is_ready = at_danas.get(page_of(sam))
    factories.designated(alan := factories.a_signer("aokafor", practice=practice))
    factories.a_hard_token(alan)

    of_sam, of_new = at_danas.get(page_of(sam)), at_danas.get(page_of(new))

    assert f"{page_of(sam)}grant/" not in nobody_is_ready.text
    assert "At the practice: 2 people who manage access" in text_of(nobody_is_ready)
    assert f"{page_of(sam)}grant/" in of_sam.text  # signing is stopped already
    assert "A change waits for approval: Revoke" in text_of(of_sam)
    assert "Suspended" in text_of(of_sam)
    assert f"{page_of(new)}grant/" not in of_new.text  # so much is missing still
    assert "Access to sign was not given yet. Has no token yet." in text_of(of_new)
    assert f"{page_of(new)}revoke/" not in of_new.text


def test_an_administrator_who_is_not_designated_gets_no_such_links(browser_of, sam, practice):
    clerk = factories.a_person(practice=practice)
    clerk.membership.is_erx_administrator = True
    clerk.membership.save()
    HardToken.objects.update(is_phone_bound=True, held_at=timezone.now())

    page = browser_of(clerk).get(page_of(sam))

    assert RESET in page.text
    for link in ("/revoke/", "/grant/", "/confirm/", "/unlock/"):
        assert link not in page.text
