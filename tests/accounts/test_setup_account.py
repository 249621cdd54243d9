"""Set up your EPCS account: what is done, who does the next step, and the attestation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.flows.activate_account import activate_account
from accounts.flows.attest import attest
from accounts.models import Attestation, IdentityProofing, User
from accounts.registration import ATTESTATION, ATTESTATION_VERSION
from epcs_portal.refusals import Refusal
from tests import factories
from tests.accounts.registering import (
    ACTIVATE,
    ATTEST,
    SETUP,
    an_invited_prescriber,
    both_codes,
    proofed,
)
from tests.pages import form_key_on, submit
from tests.tokens.phones import a_backup_phone
from tests.tokens.reading import events_of, read
from tokens.models import EnrollmentGrant, RevocationCase

pytestmark = pytest.mark.django_db
SETTINGS = "/settings/epcs/"


@pytest.fixture
def iris() -> User:
    return an_invited_prescriber()


@pytest.fixture
def at_iris(client, iris):
    client.force_login(iris)
    return client


def next_on(client) -> tuple[str, str]:
    """Return what the checklist says is next, and where its button leads."""
    setup = client.get(SETUP).context["setup"]
    states = [step["state"] for step in setup["steps"]]
    assert states == sorted(states, key=["done", "next", "todo"].index) or "done" in states
    assert states.count("next") <= 1
    return setup["following"], (setup["action"] or {}).get("url", "")


def panel_of(client) -> tuple[str, str]:
    """Return the one next step of the readiness panel."""
    action = client.get(SETTINGS).context["readiness"]["action"]
    return action["label"], action["url"]


def revoked(user: User) -> None:
    now = timezone.now()
    RevocationCase.objects.create(
        number="CS-1111-2222",
        user=user,
        issued_by=user,
        issued_at=now,
        expires_at=now + timedelta(hours=24),
        used_at=now,
    )


def test_the_whole_way_one_step_after_the_other(at_iris, iris):
    dana = factories.designated(
        factories.a_person(practice=iris.practice, first_name="Dana", last_name="Whitfield")
    )
    before = [next_on(at_iris), panel_of(at_iris)]
    codes = both_codes(iris)
    proven = [next_on(at_iris), panel_of(at_iris)]
    activate_account(user=iris, at=timezone.now(), **codes)
    opened = [next_on(at_iris), panel_of(at_iris)]
    a_backup_phone(iris)
    link = f'href="{SETUP}">Set up your EPCS account</a>'
    shown = link in read(at_iris.get(SETTINGS))
    with_phone = [next_on(at_iris), panel_of(at_iris)]
    factories.a_hard_token(iris)
    with_token = [next_on(at_iris), panel_of(at_iris)]
    factories.an_epcs_pin(iris)
    with_pin = [next_on(at_iris), panel_of(at_iris)]
    attest(user=iris, at=timezone.now())
    attested = [next_on(at_iris), panel_of(at_iris)]

    contact, add = ("Contact support", "/support/"), ("Add a backup phone", "/epcs/phones/add/")
    assert before == [("Identity proofing", "/support/"), contact]
    assert proven == [("Activation", ACTIVATE), ("Activate your EPCS account", ACTIVATE)]
    assert opened == [("First backup phone", "/epcs/phones/add/"), add]
    token_add = "/epcs/token/add/"
    assert with_phone == [("First token", token_add), ("Add a hardware token", token_add)]
    assert with_token == [
        ("EPCS PIN or EPCS password", "/epcs/pin/"),
        ("Set your EPCS PIN", "/epcs/pin/"),
    ]
    assert with_pin == [("Attestation", ATTEST), ("Attest sole possession", ATTEST)]
    who = ("Who can help", "/support/#practice")
    assert attested == [("Access to sign", "/support/"), who]
    page = read(at_iris.get(SETTINGS))
    assert "Two people at your practice give it, one after the other. Ask Dana Whitfield." in page
    factories.access_to_sign(iris, entered_by=dana, executed_by=factories.a_person())
    assert shown
    assert link not in read(at_iris.get(SETTINGS))
    assert next_on(at_iris) == (None, "")
    assert "Everything is set up" in read(at_iris.get(SETUP))


def test_after_that_day_no_phone_is_asked_for_before_the_rest(at_iris, iris):
    factories.an_identity_proofing(iris)
    factories.a_hard_token(iris)

    without_pin = [next_on(at_iris), panel_of(at_iris)]
    factories.an_epcs_pin(iris)
    with_pin = [next_on(at_iris)[0], panel_of(at_iris)[0]]
    factories.access_to_sign(
        iris, entered_by=factories.a_person(), executed_by=factories.a_person()
    )

    assert without_pin == [
        ("EPCS PIN or EPCS password", "/epcs/pin/"),
        ("Set your EPCS PIN", "/epcs/pin/"),
    ]
    assert with_pin == ["Access to sign", "Who can help"]
    assert next_on(at_iris) == ("First backup phone", "/epcs/phones/add/")


def test_a_practice_that_signs_with_passwords_leads_to_the_first_one(at_iris, iris):
    iris.practice.signs_with = "password"
    iris.practice.save()
    factories.an_identity_proofing(iris)
    factories.a_grant(iris)
    factories.a_hard_token(iris)
    a_backup_phone(iris)

    led = [next_on(at_iris), panel_of(at_iris)]
    page = read(at_iris.get(SETTINGS))
    EnrollmentGrant.objects.all().delete()
    over = [next_on(at_iris), panel_of(at_iris)]

    set_up = ("Set up my EPCS password", "/epcs/password/")
    assert led == [("EPCS PIN or EPCS password", "/epcs/password/"), set_up]
    assert "You still need an EPCS password." in page
    assert page.count('href="/epcs/password/">Set up my EPCS password</a>') == 2
    assert over == [
        ("EPCS PIN or EPCS password", "/epcs/pin/"),
        ("Set your EPCS PIN", "/epcs/pin/"),
    ]
    assert "Set up my EPCS password" not in read(at_iris.get(SETTINGS))


def test_who_is_not_registered_finds_every_step_and_who_does_it(at_iris):
    page = read(at_iris.get(SETTINGS))

    assert "Next: Identity proofing" in page
    assert "Who: Support, (888) 555-0110" in page
    assert "Who: Two people at your practice" in page
    assert page.count('href="/support/">Contact support</a>') == 2  # the panel, and the foot
    assert f'href="{SETUP}"' in read(at_iris.get("/epcs/"))


def test_who_was_revoked_and_proofed_anew_goes_the_same_way(client):
    sam = factories.a_signer("sam")
    factories.a_hard_token(sam)
    sam.email = "ivance@lakeside.example"
    sam.save()
    revoked(sam)
    client.force_login(sam)
    told = client.get(SETTINGS).context["readiness"]["title"]

    codes = both_codes(sam)
    proven = panel_of(client)
    activate_account(user=sam, at=timezone.now(), **codes)

    assert told == "Your EPCS account is revoked"
    assert proven == ("Activate your EPCS account", ACTIVATE)
    assert panel_of(client) == ("Add a backup phone", "/epcs/phones/add/")
    assert next_on(client) == ("First backup phone", "/epcs/phones/add/")
    a_backup_phone(sam)
    attest(user=sam, at=timezone.now())
    assert panel_of(client) == ("Who can help", "/support/#practice")
    assert "has not given you access to sign yet" in read(client.get(SETTINGS))


def test_who_let_the_day_pass_is_proofed_again(at_iris, iris):
    activate_account(user=iris, at=timezone.now(), **both_codes(iris))
    EnrollmentGrant.objects.all().delete()
    over = [next_on(at_iris), panel_of(at_iris)]

    proofed(iris)

    assert over == [("First backup phone", "/support/"), ("Contact support", "/support/")]
    assert next_on(at_iris) == ("Activation", ACTIVATE)
    assert panel_of(at_iris) == ("Activate your EPCS account", ACTIVATE)


def an_activated_person(iris: User) -> None:
    now = timezone.now()
    proofed(iris)
    IdentityProofing.objects.update(activated_at=now)


def test_the_words_are_read_checked_and_kept_once(at_iris, iris):
    an_activated_person(iris)
    shown = read(at_iris.get(ATTEST))
    unchecked = submit(at_iris, ATTEST)

    done = submit(at_iris, ATTEST, attested="on")

    assert ATTESTATION in shown
    assert "Check the box to attest." in read(unchecked)
    assert "Your attestation is kept" in read(at_iris.get(done.url))
    kept = Attestation.objects.get()
    assert (kept.prescriber.user, kept.version) == (iris, ATTESTATION_VERSION)
    assert at_iris.get(ATTEST).url == SETUP
    attest(user=iris, at=timezone.now())
    assert events_of(iris).count("attestation.given") == 1


def test_who_is_not_activated_attests_nothing(at_iris, iris):
    assert at_iris.get(ATTEST).url == SETUP
    an_activated_person(iris)
    form_key = form_key_on(at_iris, ATTEST)
    revoked(iris)

    refused = at_iris.post(ATTEST, {"form_key": form_key, "attested": "on"})

    assert "Your EPCS account is not activated, so nothing was attested." in read(refused)
    with pytest.raises(Refusal):
        attest(user=iris, at=timezone.now())
    assert not Attestation.objects.exists()
    assert events_of(iris)[-1] == "access.denied"
