"""The support site opens for an agent whose own token was shown in this session, to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import submit
from tests.support.conftest import PEOPLE, SITE, VERIFY
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.reading import read
from tokens.models import HardToken, SeedRecord, StepUp

pytestmark = pytest.mark.django_db
ASKED = "/epcs/verify/?for=support&next="


def test_a_token_opens_it_and_leads_back_to_where_the_agent_was(client, agent, agents_fob):
    client.force_login(agent)
    asked = client.get(PEOPLE)

    answered = submit(client, asked.url.replace("verify/", "verify/token/"), otp=agents_fob.press())

    assert asked.url == f"{ASKED}%2Fstaff%2Faccounts%2Fuser%2F"
    assert answered.url.startswith(PEOPLE)
    assert client.get(PEOPLE).status_code == 200
    assert client.session["otp_device_id"].startswith("tokens.hardtoken/")


def test_the_method_page_names_the_token_and_no_page_of_prescribers(client, agent, agents_fob):
    client.force_login(agent)

    page = read(client.get(f"{ASKED}{SITE}"))

    assert "Before you open the support site" in page
    assert "Press the button on token GALH55667788" in page
    assert "esync" not in page + read(client.get(VERIFY))


def test_a_locked_token_of_an_agent_leads_to_no_page_that_is_closed(client, agent, agents_fob):
    client.force_login(agent)
    while 'name="form_key"' in client.get(VERIFY).text:
        submit(client, VERIFY, otp=agents_fob.wrong())

    page = read(client.get(f"{ASKED}{SITE}"))

    assert "It can't be used now." in page
    assert "/resync/" not in page


def test_without_a_token_the_agent_is_told_who_gives_one(client, agent):
    client.force_login(agent)

    refused = client.get(SITE, follow=True)

    assert refused.status_code == 403
    assert "An operator gives you one." in read(refused)


@pytest.mark.parametrize("column", ["seen_at", "proven_at"])
def test_a_step_up_that_ran_out_is_asked_for_again_and_a_post_does_nothing(at_support, column):
    person = factories.a_prescriber()
    page = reverse("staff_case", args=[person.pk])
    form = at_support.get(page)
    lasts = settings.STEP_UP_IDLE if column == "seen_at" else settings.STEP_UP_TOTAL
    StepUp.objects.update(**{column: F(column) - lasts - timedelta(seconds=1)})

    posted = at_support.post(page, {"reason": "Called.", **_hidden(form)})

    assert posted.status_code == 302
    assert posted.url.startswith(ASKED)
    assert not person.revocation_cases.exists()


def test_a_token_that_was_taken_away_closes_it_at_once(at_support, agent):
    HardToken.objects.filter(user=agent).update(held_at=F("bound_at"))

    assert at_support.get(SITE).url.startswith(ASKED)


def test_a_token_that_expired_closes_it_at_once(at_support, agent):
    SeedRecord.objects.filter(hard_tokens__user=agent).update(expires_at=timezone.now())

    assert at_support.get(SITE).url.startswith(ASKED)


def test_the_cookie_of_the_step_up_opens_nothing_in_another_session(at_support, agent):
    other = Client()
    other.force_login(agent)
    other.cookies[settings.STEP_UP_COOKIE_NAME] = at_support.cookies[
        settings.STEP_UP_COOKIE_NAME
    ].value

    assert other.get(SITE).url.startswith(ASKED)


def test_mobile_id_opens_no_support_site(client, prescriber):
    User.objects.filter(pk=prescriber.pk).update(is_staff=True)
    phone = a_mobile_id(prescriber)
    client.force_login(prescriber)
    submit(client, "/epcs/verify/mobile/", otp=phone.code())

    asked = client.get(SITE, follow=True)

    assert "The support site opens with a hardware token." in read(asked)


@pytest.mark.parametrize("who", ["prescriber", "administrator", "superuser"])
def test_who_is_no_agent_is_refused_and_that_is_on_the_trail(client, hard_token, prescriber, who):
    _token, fob = hard_token
    if who == "superuser":
        User.objects.filter(pk=prescriber.pk).update(is_superuser=True)
    person = prescriber
    if who == "administrator":
        person = factories.a_person(practice=prescriber.practice)
        person.membership.is_erx_administrator = True
        person.membership.save()
    client.force_login(person)
    if who != "administrator":
        submit(client, "/epcs/verify/token/", otp=fob.press())

    refused = client.get(SITE)

    assert refused.status_code == 403
    assert "Only support agents can open this page." in read(refused)
    assert AuditEvent.objects.get(event="access.denied").person == person


def test_signing_out_is_the_portals_own_and_there_is_no_other_way_in(at_support):
    page = at_support.get(SITE).text

    assert 'action="/sign-out/"' in page
    for path in ("login/", "logout/", "password_change/", "autocomplete/", "r/1/1/"):
        assert at_support.get(SITE + path).status_code == 404
    at_support.post("/sign-out/")
    assert at_support.get(SITE).url == "/sign-in/?next=/staff/"


def test_an_agent_enters_no_page_of_prescribers(at_support):
    for path in ("/epcs/", "/epcs/devices/", "/epcs/token/add/", "/settings/epcs/", "/queue/"):
        assert at_support.get(path).status_code == 403


def test_an_agent_may_be_a_prescriber_too(client, hard_token, prescriber):
    _token, fob = hard_token
    User.objects.filter(pk=prescriber.pk).update(is_staff=True)
    client.force_login(prescriber)

    submit(client, VERIFY, otp=fob.press())

    assert client.get(SITE).status_code == 200
    assert "Support site" in client.get("/settings/epcs/").text


def _hidden(page) -> dict[str, str]:
    return {"form_key": page.text.partition('name="form_key" value="')[2].partition('"')[0]}
