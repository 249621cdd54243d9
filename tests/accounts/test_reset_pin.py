"""Reset EPCS PIN: a token first, then the new PIN."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import signing_states
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeProof, SigningState
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.pins import DONE, NEW, NEW_PIN, OLD_PIN, PROVE, choose, prove, what_is
from tests.pages import form_key_on, submit
from tests.tokens.reading import events_of, read
from tokens.throttle import Lock


@pytest.fixture
def maria(client, db):
    """A prescriber who may sign, with PIN 4827."""
    user = factories.a_signer("mreyes")
    client.force_login(user)
    return user


@pytest.fixture
def fob(maria):
    return factories.a_hard_token(maria)[1]


def test_a_new_pin_replaces_the_old_one_at_once(client, maria, fob):
    prove(client, fob)
    response = choose(client, NEW_PIN)

    page = read(client.get(response.url))
    assert response.url.startswith(DONE)
    assert "Your EPCS PIN is reset" in page
    assert "You can sign with the new PIN now." in page
    assert (what_is(NEW_PIN, maria), what_is(OLD_PIN, maria)) == (Knowledge.RIGHT, Knowledge.WRONG)


def test_the_trail_says_that_it_was_proven_and_reset_and_by_what(client, maria, fob):
    prove(client, fob)
    choose(client, NEW_PIN)

    reset = AuditEvent.objects.get(event="pin.reset")
    assert events_of(maria) == ["pin.proof_given", "pin.reset"]
    assert (reset.succeeded, reset.event_class, reset.actor) == (True, 4, maria)
    assert reset.facts == {"authority": "token proof", "outcome": None}


def test_the_first_step_speaks_of_a_reset_and_asks_for_the_token(client, maria, fob):
    page = read(client.get(PROVE))

    assert "<h1>Reset EPCS PIN</h1>" in page
    assert "First, prove it's you with your token." in page
    assert "The 6 digits on your hardware token." in page
    assert "Step 1 of 3" in page
    assert "Why a passcode first" in page
    assert 'href="/epcs/" aria-current="page"' in page


def test_a_step_up_does_not_stand_in_for_the_passcode(client, maria, fob):
    submit(client, "/epcs/verify/token/", otp=fob.press())

    assert client.get(NEW).url == PROVE
    assert client.get(PROVE).status_code == 200


def test_the_passcode_is_asked_for_again_although_one_was_just_given(client, maria, fob):
    prove(client, fob)

    page = client.get(PROVE)

    assert "Validate Passcode" in page.text


def test_the_proof_names_session_and_token_and_neither_secret(client, maria, fob):
    prove(client, fob)

    proof = KnowledgeProof.objects.get()
    assert (proof.user, proof.kind) == (maria, "pin")
    assert proof.token == f"hard token {fob.serial}"
    assert client.session.session_key not in proof.session_digest
    assert str(proof) == f"EPCS PIN proof of mreyes by hard token {fob.serial}"


def test_the_fields_suit_a_password_manager_and_are_never_filled(client, maria, fob):
    prove(client, fob)
    page = choose(client, "1234").text

    assert page.count('type="password"') == 2
    assert page.count('autocomplete="new-password"') == 2
    assert page.count('inputmode="numeric"') == 2
    assert 'value="mreyes EPCS PIN" autocomplete="username"' in page
    assert 'aria-describedby="id_pin_error pin-rules"' in page
    assert 'value="1234"' not in page


def test_it_unlocks_signing(client, maria, fob):
    locked = Lock(
        failures=5,
        locked_until=timezone.now() + timedelta(minutes=15),
        latest_locks=(timezone.now(),),
    )
    SigningState.objects.create(user=maria)
    signing_states.store_lock(SigningState.objects.get(), locked)
    before = client.get("/settings/epcs/").context["readiness"]
    prove(client, fob)
    choose(client, NEW_PIN)

    assert before["action"] == {"label": "Reset EPCS PIN", "url": PROVE}
    assert SigningState.objects.get().lock == Lock()
    assert client.get("/settings/epcs/").context["readiness"]["title"] == "Ready to sign"


def test_it_ends_the_hold_that_the_third_lock_left(client, maria, fob):
    SigningState.objects.create(user=maria, failures=5, held_at=timezone.now())

    prove(client, fob)
    choose(client, NEW_PIN)

    assert SigningState.objects.get().lock == Lock()


def test_signing_pages_that_are_open_sign_nothing_any_more(client, maria, fob):
    prove(client, fob)
    before = SigningState.objects.get().generation

    choose(client, NEW_PIN)

    assert SigningState.objects.get().generation == before + 1


def test_a_second_click_shows_the_first_result(client, maria, fob):
    prove(client, fob)
    form = {"form_key": form_key_on(client, NEW), "pin": NEW_PIN, "confirm": NEW_PIN}

    answers = [client.post(NEW, form).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert events_of(maria) == ["pin.proof_given", "pin.reset"]


def test_a_second_click_on_the_passcode_proves_once(client, maria, fob):
    form = {"form_key": form_key_on(client, PROVE), "otp": fob.press()}

    answers = [client.post(PROVE, form).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert KnowledgeProof.objects.count() == 1


def test_blanks_around_a_pin_are_dropped(client, maria, fob):
    prove(client, fob)

    choose(client, f" {NEW_PIN} ", f"{NEW_PIN}\t")

    assert what_is(NEW_PIN, maria) is Knowledge.RIGHT


def test_the_last_page_opened_later_only_says_that_a_pin_is_set(client, maria, fob):
    page = read(client.get(DONE))

    assert "<h1>Your EPCS PIN is set" in page
    assert "You can sign with the new PIN now." in page


def test_the_last_page_of_somebody_else_tells_nothing(client, maria, fob):
    prove(client, fob)
    done = choose(client, NEW_PIN).url
    other = Client()
    other.force_login(factories.a_signer())

    assert "Your EPCS PIN is set" in read(other.get(done))


def test_who_can_not_sign_yet_is_told_the_next_step(client, maria, fob):
    prove(client, fob)
    done = choose(client, NEW_PIN).url
    maria.hardtokens.update(out_of_step_at=timezone.now())

    page = read(client.get(done))

    assert "You can sign with the new PIN now." not in page
    assert "Your token is out of sync." in page
    assert "Resync your token" in page


def test_a_record_that_can_not_be_read_is_replaced_and_that_is_on_the_trail(client, maria, fob):
    factor = maria.knowledge_factors.get()
    factor.sealed = bytes(reversed(bytes(factor.sealed)))
    factor.save()

    prove(client, fob)
    choose(client, NEW_PIN)

    assert events_of(maria) == ["pin.proof_given", "knowledge.unreadable", "pin.reset"]
    assert what_is(NEW_PIN, maria) is Knowledge.RIGHT
