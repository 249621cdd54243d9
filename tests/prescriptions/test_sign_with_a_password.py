"""Signing, and lifting a hold, with the EPCS password in the place of the EPCS PIN."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import KnowledgeFactor, Practice, SigningState
from accounts.signing_access import Access, access_of
from prescriptions.models import Prescription
from tests import factories
from tests.accounts.passwords import NEW_PASSWORD, OLD, choose, prove
from tests.pages import submit
from tests.prescriptions import signing
from tests.prescriptions.test_statements import REVIEWING, SIGNING
from tests.tokens.reading import read
from tests.tokens.test_statements import statements
from tokens import notices
from tokens.models import HardToken, SecurityNotice


@pytest.fixture
def desk(desk):
    """Somebody who has both, at a practice that signs with the password."""
    factories.an_epcs_password(desk.user)
    Practice.objects.update(signs_with="password")
    return desk


def sign(desk, password: str):
    page = desk.open()
    return desk.send(page, password=password, otp=desk.fob.press())


def test_the_practice_asks_for_the_password_first_and_a_link_for_the_other(desk):
    first = read(desk.client.get(signing.address(desk.patient)))
    other = read(desk.client.get(f"{signing.address(desk.patient)}&with=pin"))

    assert 'name="password"' in first
    assert 'name="pin"' not in first
    assert 'value="' + desk.user.username + ' EPCS password"' in first
    assert f'href="{signing.address(desk.patient)}&with=pin">Use my EPCS PIN instead' in first
    assert 'name="pin"' in other
    assert "Use my EPCS password instead" in other


def test_it_signs_and_the_record_names_it(desk):
    response = sign(desk, OLD)

    page = read(desk.client.get(response.url))
    told = read(desk.client.get("/settings/activity/"))
    assert Prescription.objects.get().status == "signed"
    assert "EPCS password" in page
    assert told.count("EPCS password and hardware token") == 2
    assert "EPCS PIN and" not in told


def test_a_wrong_one_is_told_in_one_sentence_with_the_otp(desk):
    page = read(sign(desk, OLD + " "))

    assert "The EPCS password or one-time password is not right. Enter both again" in page
    assert "You have 4 attempts left" in page
    assert 'name="password"' in page
    assert OLD not in page


def test_after_the_reset_the_old_one_signs_in_no_page_and_no_session(desk):
    open_page, otp = desk.open(), desk.fob.press()
    factories.a_password_reset(desk.user)

    in_open_page = read(desk.send(open_page, password=OLD, otp=otp))
    page = signing.read(desk.client.get(f"{signing.address(desk.patient)}&with=password"))
    in_new_page = read(desk.send(page, password=OLD, otp=desk.fob.press()))

    assert "your EPCS password or your access changed after you opened this page" in in_open_page
    assert "EPCS password or one-time password is not right" in in_new_page
    assert SigningState.objects.get(user=desk.user).failures == 1
    assert Prescription.objects.get().status != "signed"


def test_the_new_one_signs_and_the_old_one_never_again(desk):
    factories.a_password_reset(desk.user)
    prove(desk.client, desk.fob)
    choose(desk.client)

    with_the_old = read(sign(desk, OLD))
    with_the_new = sign(desk, NEW_PASSWORD)

    assert "EPCS password or one-time password is not right" in with_the_old
    assert with_the_new.status_code == 302
    assert Prescription.objects.get().status == "signed"


def test_who_has_nothing_else_is_led_to_the_new_one(desk):
    desk.user.knowledge_factors.filter(kind=KnowledgeFactor.Kind.PIN).delete()
    factories.a_password_reset(desk.user)

    page = read(desk.client.get(signing.address(desk.patient)))

    assert "You need a new EPCS password to sign" in page
    assert "Dana Whitfield reset yours, so the old one no longer works." in page
    assert 'href="/epcs/password/">Set up my EPCS password</a>' in page


def test_it_costs_no_statement_more_than_a_pin(desk):
    sign(desk, OLD)
    factories.a_prescription(desk.user, desk.patient)
    reviewing = statements(lambda: desk.client.get(signing.address(desk.patient)))
    page, otp = desk.open(), desk.fob.press()

    spent = statements(lambda: desk.send(page, password=OLD, otp=otp))

    assert len(spent) == SIGNING, "\n".join(spent)
    assert len(reviewing) == REVIEWING, "\n".join(reviewing)


def test_it_lifts_a_hold_and_the_former_one_does_not(desk):
    an_hour_ago = timezone.now() - timedelta(hours=1)
    HardToken.objects.update(bound_at=an_hour_ago)
    KnowledgeFactor.objects.update(set_at=an_hour_ago)
    at = timezone.now()
    notice = notices.note(desk.user, SecurityNotice.Change.PHONE_ADDED, at=at)
    desk.client.post(notices.link_of(notice).removeprefix("https://portal.example.org"))

    page = read(desk.client.get("/epcs/hold/"))
    wrong = read(submit(desk.client, "/epcs/hold/", password=OLD + "x", otp=desk.fob.press()))
    held = access_of(desk.user.prescriber)
    submit(desk.client, "/epcs/hold/", password=OLD, otp=desk.fob.press())

    assert 'name="password"' in page
    assert "The EPCS password or one-time password is not right." in wrong
    assert (held, access_of(desk.user.prescriber)) == (Access.HELD, Access.GRANTED)


def test_after_a_reset_the_old_one_lifts_no_hold(desk):
    an_hour_ago = timezone.now() - timedelta(hours=1)
    HardToken.objects.update(bound_at=an_hour_ago)
    KnowledgeFactor.objects.update(set_at=an_hour_ago)
    factories.a_hold(desk.user)
    factories.a_password_reset(desk.user)

    submit(desk.client, "/epcs/hold/?with=password", password=OLD, otp=desk.fob.press())

    assert access_of(desk.user.prescriber) is Access.HELD
