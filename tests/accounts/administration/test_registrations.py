"""A DEA registration of another prescriber is renewed, or ended for good."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.flows.end_registration import end_registration
from accounts.flows.renew_registration import Renewal, renew_registration
from accounts.models import DeaRegistration
from accounts.registrations import NotYourRegistration, latest_expiry
from epcs_portal.audit.models import AuditEvent
from epcs_portal.refusals import Refusal
from tests import factories
from tests.accounts.administration.reading import page_of, text_of
from tests.pages import form_key_on, submit
from tokens.models import SecurityNotice

SOURCE = "DEA Registration Validation, online"


@pytest.fixture
def registration(sam) -> DeaRegistration:
    return sam.prescriber.dea_registrations.get()


def today():
    """The day at the practice."""
    return timezone.localdate(timezone=ZoneInfo("America/New_York"))


def page(registration, what):
    return f"/administration/registrations/{registration.pk}/{what}/"


def renewed_to(registration, days=1, **typed):
    expires = registration.expires_on + dt.timedelta(days=days)
    return {"expires_on": f"{expires}", "checked_on": f"{today()}", "source": SOURCE} | typed


def test_a_renewal_keeps_the_new_expiry_and_who_checked_it(at_danas, registration, dana, sam):
    typed = renewed_to(registration, days=700)

    response = submit(at_danas, page(registration, "renew"), **typed)

    registration.refresh_from_db()
    assert str(registration.expires_on) == typed["expires_on"]
    assert (registration.verified_by, registration.verified_on) == (dana, today())
    assert "The registration is renewed" in text_of(at_danas.get(response.url))
    event = AuditEvent.objects.get(event="registration.renewed")
    assert (event.person, event.actor, event.facts["source"]) == (sam, dana, SOURCE)
    assert SecurityNotice.objects.get(change="registration-changed").user == sam


def test_ending_it_stops_it_at_once_and_for_good(at_danas, registration, dana, sam):
    other = form_key_on(at_danas, page(registration, "renew"))

    response = submit(at_danas, page(registration, "end"), reason="revoked")
    again = text_of(submit(at_danas, page(registration, "end"), reason="revoked"))
    typed = renewed_to(registration)
    renewed = text_of(at_danas.post(page(registration, "renew"), {"form_key": other, **typed}))

    registration.refresh_from_db()
    assert registration.status == "ended"
    assert registration.verified_by == dana
    assert "No DEA number" in text_of(at_danas.get(response.url))
    assert page(registration, "renew") not in at_danas.get(page_of(sam)).text
    assert "was ended already" in again
    assert "one that ended is never renewed" in renewed
    event = AuditEvent.objects.get(event="registration.ended")
    assert (event.person, event.facts["reason"]) == (sam, "revoked")
    assert AuditEvent.objects.filter(event="registration.not_changed").count() == 2
    assert SecurityNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"expires_on": "2020-01-01"}, "has to be later"),
        ({"expires_on": "2999-01-01"}, "has to be later"),
        ({"expires_on": "soon"}, "Enter a day, like"),
        ({"checked_on": "2999-01-01"}, "not come yet"),
        ({"source": ""}, "Say where you checked"),
    ],
)
def test_a_date_that_cannot_be_right_is_refused(at_danas, registration, typed, sentence):
    before = registration.expires_on

    told = text_of(
        submit(at_danas, page(registration, "renew"), **renewed_to(registration, **typed))
    )

    assert sentence in told
    registration.refresh_from_db()
    assert registration.expires_on == before


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"expires_on": dt.date(2020, 1, 1)}, "expiry-not-later"),
        ({"expires_on": latest_expiry(dt.date(2999, 1, 1))}, "expiry-not-later"),
        ({"checked_on": dt.date(2999, 1, 1)}, "checked-in-future"),
    ],
)
def test_the_flow_refuses_it_as_well_and_that_is_on_the_trail(registration, dana, columns, code):
    expires_on = registration.expires_on + dt.timedelta(days=1)
    values = {"expires_on": expires_on, "checked_on": today(), "source": SOURCE} | columns

    with pytest.raises(Refusal) as refused:
        renew_registration(
            registration=registration, renewal=Renewal(**values), by=dana, at=timezone.now()
        )

    assert refused.value.code == code
    assert AuditEvent.objects.get(event="registration.not_changed").facts["outcome"] == code


@pytest.mark.parametrize("what", ["renew", "end"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_ones_own_and_those_of_another_practice_are_not_found(
    browser_of, registration, sam, what, method
):
    factories.designated(sam)
    of_another = factories.designated(factories.a_person(practice=factories.a_practice()))

    for person in (sam, of_another):
        browser = browser_of(person)
        assert getattr(browser, method)(page(registration, what)).status_code == 404
    huge = f"/administration/registrations/{10**30}/{what}/"
    assert getattr(browser, method)(huge).status_code == 404


def test_the_flows_refuse_ones_own(registration, sam):
    renewal = Renewal(expires_on=today(), checked_on=today(), source=SOURCE)
    at = timezone.now()

    with pytest.raises(NotYourRegistration):
        renew_registration(registration=registration, renewal=renewal, by=sam, at=at)
    with pytest.raises(NotYourRegistration):
        end_registration(registration=registration, reason="revoked", by=sam, at=at)

    assert AuditEvent.objects.filter(event="registration.not_changed").count() == 2


def test_a_reason_is_needed_and_a_second_click_ends_it_once(at_danas, registration):
    assert "Select why." in text_of(submit(at_danas, page(registration, "end"), reason="bored"))
    form = {"form_key": form_key_on(at_danas, page(registration, "end")), "reason": "suspended"}

    answers = [at_danas.post(page(registration, "end"), form).url for _click in range(2)]

    assert answers[0] == answers[1]


def test_february_29_is_renewed_to_a_day_that_exists():
    assert latest_expiry(dt.date(2028, 2, 29)) == dt.date(2032, 2, 28)
