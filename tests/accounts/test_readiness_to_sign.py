"""With a working token: the PIN, the access, and then whether signing is locked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import SigningState
from tests import factories
from tests.tokens.phones import OTHER, a_backup_phone
from tests.tokens.reading import on_the_wall
from tokens.models import HardToken

RESET = {"label": "Reset EPCS PIN", "url": "/epcs/pin/"}


@pytest.fixture
def signer(client, db):
    user = factories.a_signer()
    factories.a_hard_token(user)
    client.force_login(user)
    return user


def readiness_on(client) -> dict:
    return client.get("/settings/epcs/").context["readiness"]


def test_a_pin_that_is_missing_can_be_set(signed_in, token):
    ready = readiness_on(signed_in)

    assert ready["text"] == "Your token works. You still need an EPCS PIN."
    assert ready["action"] == {"label": "Set your EPCS PIN", "url": "/epcs/pin/"}


def test_locked_signing_says_until_when_and_that_a_new_pin_unlocks_it(client, signer):
    until = timezone.now() + timedelta(minutes=15)
    SigningState.objects.create(user=signer, failures=5, locked_until=until)

    ready = readiness_on(client)

    assert ready["title"] == f"You can't sign until {on_the_wall(until)}"
    assert "There were 5 incorrect attempts to sign" in ready["text"]
    assert (ready["tone"], ready["action"]) == ("bad", RESET)
    assert "Cannot sign prescriptions yet." in client.get("/settings/epcs/").text


def test_a_lock_that_ran_out_locks_nothing(client, signer):
    SigningState.objects.create(user=signer, failures=5, locked_until=timezone.now())

    assert readiness_on(client)["title"] == "Ready to sign"


def test_held_signing_ends_with_a_new_pin_only(client, signer):
    until = timezone.now() + timedelta(minutes=15)
    SigningState.objects.create(user=signer, failures=5, locked_until=until, held_at=timezone.now())

    ready = readiness_on(client)

    assert ready["title"] == "You can't sign now"
    assert "so it stays locked until you reset your EPCS PIN" in ready["text"]
    assert ready["action"] == RESET


def test_a_reported_loss_stops_signing_until_the_practice_approves_it(client, signer):
    factories.a_report(signer)

    ready = readiness_on(client)

    assert ready["title"] == "You can't sign now"
    assert "A loss, theft or misuse was reported" in ready["text"]
    assert ready["action"]["label"] == "Who can help"


def test_revoked_access_says_so(client, signer):
    at, other = timezone.now(), factories.a_person()
    executed = {"executed_by": factories.a_person(), "executed_at": at}
    factories.an_access_change(signer, "revoke", entered_by=other, at=at, **executed)

    ready = readiness_on(client)

    assert ready["title"] == "You can't sign"
    assert "Your practice ended your access to sign." in ready["text"]


def entered(user, **columns):
    at = columns.get("executed_at", timezone.now())
    by = factories.a_person()
    return factories.an_access_change(user, "revoke", entered_by=by, at=at, **columns)


@pytest.mark.parametrize(
    ("happens", "told", "after_a_token"),
    [
        (
            entered,
            "your practice stopped it, and has to give you access again",
            "Your practice stopped signing under your name",
        ),
        (
            lambda sam: entered(sam, executed_by=factories.a_person(), executed_at=timezone.now()),
            "Your access to sign is ended too",
            "Your practice ended your access to sign.",
        ),
        (
            lambda sam: sam.prescriber.dea_registrations.update(new_authority_at=timezone.now()),
            "a DEA registration of yours was renewed late or added",
            "A DEA registration of yours was renewed late or added",
        ),
        (
            lambda sam: factories.a_report(sam, what="knowledge"),
            "your practice has to approve your access to sign again",
            "A loss, theft or misuse was reported",
        ),
    ],
    ids=["stopped", "ended", "renewed late", "reported"],
)
def test_what_the_practice_took_is_told_whatever_else_is_missing(
    client, signer, happens, told, after_a_token
):
    factories.designated(factories.a_person(practice=signer.practice, first_name="Dana"))
    happens(signer)
    HardToken.objects.update(status="removed", removed_at=timezone.now())
    a_backup_phone(signer)

    without_token = readiness_on(client)
    factories.an_epcs_pin(signer)
    factories.a_hard_token(signer)
    with_token = readiness_on(client)

    assert without_token["text"].startswith("Add your hardware token first.")
    assert told in without_token["text"]
    assert after_a_token in with_token["text"]
    who = "Two people at your practice give it, one after the other. Ask Dana."
    assert who in with_token["text"]
    assert with_token["action"] == {"label": "Who can help", "url": "/support/#practice"}


def test_a_token_unlocked_soon_promises_nothing_while_signing_is_locked_too(client, signer):
    until = timezone.now() + timedelta(minutes=15)
    HardToken.objects.update(failures=5, locked_until=until)
    SigningState.objects.create(user=signer, failures=5, locked_until=until)

    assert readiness_on(client)["title"] == "You can't sign yet"


def test_a_backup_phone_is_asked_for_although_one_can_sign(client, signer):
    without = readiness_on(client)
    a_backup_phone(signer)
    a_backup_phone(signer, OTHER, status="pending", confirmed_at=None)

    with_one = readiness_on(client)

    assert without["text"] == "Add a backup phone so you can still get in if you lose your token."
    assert without["checks"][3] == {
        "state": "todo",
        "label": "Backup phone",
        "text": "None. Add one",
    }
    assert with_one["text"].startswith("You can sign controlled substance prescriptions")
    assert with_one["checks"][3]["text"] == "1 of 3"


def test_a_phone_bound_token_without_a_pin_says_who_has_to_confirm_it(signed_in, token):
    HardToken.objects.update(is_phone_bound=True)

    ready = readiness_on(signed_in)

    assert "until a designated individual at your practice confirms it" in ready["text"]
    assert ready["action"]["url"] == "/support/#practice"
