"""A DEA registration of another prescriber is renewed: in time, or after it had expired."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.dea_registrations import NotYourRegistration, latest_expiry
from accounts.flows.renew_dea_registration import Renewal, renew_dea_registration
from accounts.models import DeaRegistration
from accounts.signing_access import Access, access_of
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


def test_a_renewal_in_time_leaves_signing_as_it_is(at_danas, registration, sam):
    factories.access_to_sign(sam, entered_by=factories.a_person(), executed_by=factories.a_person())

    submit(at_danas, page(registration, "renew"), **renewed_to(registration, days=700))

    assert access_of(sam.prescriber) is Access.GRANTED


def test_one_that_had_expired_gives_no_signing_back_by_one_persons_word(
    at_danas, registration, sam
):
    people = {"entered_by": factories.a_person(), "executed_by": factories.a_person()}
    factories.access_to_sign(sam, **people)
    DeaRegistration.objects.update(expires_on=today() - dt.timedelta(days=1))

    shown = text_of(at_danas.get(page(registration, "renew")))
    answer = submit(at_danas, page(registration, "renew"), **renewed_to(registration, days=700))

    assert "two people give access anew" in shown
    assert "It had expired" in text_of(at_danas.get(answer.url))
    assert access_of(sam.prescriber) is Access.LAPSED
    factories.access_to_sign(sam, **people)
    assert access_of(sam.prescriber) is Access.GRANTED


def test_one_that_was_ended_is_never_renewed(at_danas, registration, sam):
    key = form_key_on(at_danas, page(registration, "renew"))
    DeaRegistration.objects.update(status="ended")

    answer = at_danas.post(
        page(registration, "renew"), {"form_key": key, **renewed_to(registration)}
    )

    assert "one that ended is never renewed" in text_of(answer)
    assert page(registration, "renew") not in at_danas.get(page_of(sam)).text
    assert AuditEvent.objects.get(event="registration.not_changed").person == sam


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
        renew_dea_registration(
            registration=registration, renewal=Renewal(**values), by=dana, at=timezone.now()
        )

    assert refused.value.code == code
    assert AuditEvent.objects.get(event="registration.not_changed").facts["outcome"] == code


@pytest.mark.parametrize("method", ["get", "post"])
def test_ones_own_and_those_of_another_practice_are_not_found(
    browser_of, registration, sam, method
):
    factories.designated(sam)
    of_another = factories.designated(factories.a_person(practice=factories.a_practice()))

    for person in (sam, of_another):
        browser = browser_of(person)
        assert getattr(browser, method)(page(registration, "renew")).status_code == 404
    huge = f"/administration/registrations/{10**30}/renew/"
    assert getattr(browser, method)(huge).status_code == 404


def test_the_flow_refuses_ones_own(registration, sam):
    renewal = Renewal(expires_on=today(), checked_on=today(), source=SOURCE)
    at = timezone.now()

    with pytest.raises(NotYourRegistration):
        renew_dea_registration(registration=registration, renewal=renewal, by=sam, at=at)

    assert AuditEvent.objects.filter(event="registration.not_changed").count() == 1


def test_february_29_is_renewed_to_a_day_that_exists():
    assert latest_expiry(dt.date(2028, 2, 29)) == dt.date(2032, 2, 28)
