"""No new EPCS PIN without a fresh proof, in one session, for one person, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.flows.reset_pin import PinBreaksRule, PinNotPermitted, reset_pin
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeProof, SigningState
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.pins import DONE, NEW, NEW_PIN, OLD_PIN, PROVE, choose, prove, what_is
from tests.pages import form_key_on, submit
from tests.tokens.clock import minutes_pass
from tests.tokens.reading import events_of, read
from tokens.models import HardToken

OVER = "The time for choosing a PIN is over, so the PIN was not changed."
USED = "That one-time password was already used."


@pytest.fixture
def sam(prescriber, fob, signed_in):
    """Signed in, with a token in hand and PIN 4827."""
    factories.an_epcs_pin(prescriber, OLD_PIN)
    return prescriber


@pytest.fixture
def form(sam, signed_in, fob) -> dict[str, str]:
    """The filled form of somebody who has just proven who they are."""
    prove(signed_in, fob)
    return {"form_key": form_key_on(signed_in, NEW), "pin": NEW_PIN, "confirm": NEW_PIN}


def assert_unchanged(user) -> None:
    assert what_is(OLD_PIN, user) is Knowledge.RIGHT
    assert not AuditEvent.objects.filter(event__in=["pin.set", "pin.reset"]).exists()


# Step 1


def test_a_wrong_password_proves_nothing_and_counts(sam, signed_in, fob):
    page = submit(signed_in, PROVE, otp=fob.wrong())

    assert "That one-time password is not right." in read(page)
    assert "You have 4 attempts left." in read(page)
    assert signed_in.get(NEW).url == PROVE
    assert events_of(sam) == ["pin.proof_refused"]


def test_a_used_password_proves_nothing(sam, signed_in, fob, token):
    otp = fob.press()
    submit(signed_in, f"/epcs/token/{token.pk}/test/", otp=otp)

    page = submit(signed_in, PROVE, otp=otp)

    assert USED in read(page)
    assert not KnowledgeProof.objects.exists()


def test_the_password_of_a_proof_is_used_everywhere_else(sam, signed_in, fob, token):
    otp = fob.press()
    submit(signed_in, PROVE, otp=otp)

    assert USED in read(submit(signed_in, f"/epcs/token/{token.pk}/test/", otp=otp))
    assert USED in read(submit(signed_in, PROVE, otp=otp))


def test_a_token_out_of_sync_says_so_and_offers_the_resync(sam, signed_in, fob, token):
    fob.press(400)

    page = read(submit(signed_in, PROVE, otp=fob.press()))
    later = read(signed_in.get(PROVE))

    resync = f'<a class="btn btn--2" href="/epcs/token/{token.pk}/resync/?door=admin">'
    assert "Your token is out of sync." in page
    assert resync in page
    assert "Your token is out of sync" in later
    assert 'name="otp"' in later


def test_five_wrong_ones_lock_the_token_and_the_page_shows_no_form(sam, signed_in, fob, token):
    pages = [read(submit(signed_in, PROVE, otp=fob.wrong())) for _ in range(5)]
    later = read(signed_in.get(PROVE))

    assert "We locked token" in pages[-1]
    assert "We locked this token after 5 incorrect codes." in later
    assert not any('name="otp"' in page for page in (pages[-1], later))
    assert all(f"/epcs/token/{token.pk}/resync/" in page for page in (pages[-1], later))
    assert "token.locked" in events_of(sam)


def test_a_held_token_leads_to_no_resync(sam, signed_in, token):
    HardToken.objects.update(held_at=timezone.now())

    page = read(signed_in.get(PROVE))

    assert "This token stays locked" in page
    assert 'name="otp"' not in page
    assert '<a class="btn" href="/epcs/token/' not in page


# Step 2: the proof


def test_without_a_proof_the_second_page_leads_to_the_first(sam, signed_in):
    assert signed_in.get(NEW).url == PROVE
    assert signed_in.post(NEW, {"pin": "12", "confirm": "12"}).url == PROVE


@pytest.mark.parametrize(("seconds", "is_reset"), [(299, True), (301, False)])
def test_a_proof_is_good_for_five_minutes(form, sam, signed_in, seconds, is_reset):
    minutes_pass(KnowledgeProof.objects.get(), seconds / 60)

    response = signed_in.post(NEW, form)

    assert (response.status_code == 302) is is_reset
    assert (what_is(NEW_PIN, sam) is Knowledge.RIGHT) is is_reset


def test_after_five_minutes_the_page_says_so_and_nothing_changed(form, sam, signed_in):
    minutes_pass(KnowledgeProof.objects.get(), 6)

    page = read(signed_in.post(NEW, form))

    assert OVER in page
    assert "you then have 5 minutes for one new PIN" in page
    assert "Prove it's you again</a>" in page
    assert 'name="pin"' not in page
    assert_unchanged(sam)
    refused = AuditEvent.objects.get(event="pin.change_refused")
    assert refused.facts == {"authority": "", "outcome": "pin-not-permitted"}


def test_a_proof_gives_one_pin(form, sam, signed_in):
    spare = {**form, "form_key": form_key_on(signed_in, NEW), "pin": "5283", "confirm": "5283"}
    signed_in.post(NEW, form)

    page = read(signed_in.post(NEW, spare))

    assert OVER in page
    assert what_is(NEW_PIN, sam) is Knowledge.RIGHT


def test_two_proofs_in_one_session_give_one_pin(form, sam, signed_in, fob):
    prove(signed_in, fob)
    signed_in.post(NEW, form)

    assert signed_in.get(NEW).url == PROVE
    assert not KnowledgeProof.objects.filter(used_at=None).exists()


def test_a_proof_of_another_session_does_nothing(form, sam, signed_in):
    elsewhere = Client()
    elsewhere.force_login(sam)

    assert elsewhere.get(NEW).url == PROVE
    with pytest.raises(PinNotPermitted):
        reset_pin(
            user=sam,
            pin=NEW_PIN,
            session_key=elsewhere.session.session_key,
            at=timezone.now(),
        )
    assert_unchanged(sam)


def test_a_proof_of_another_person_does_nothing(form, sam, signed_in):
    other = factories.a_prescriber()
    factories.an_epcs_pin(other, OLD_PIN)

    with pytest.raises(PinNotPermitted):
        reset_pin(
            user=other,
            pin=NEW_PIN,
            session_key=signed_in.session.session_key,
            at=timezone.now(),
        )
    assert_unchanged(other)


def test_a_proof_ends_with_the_session(form, sam, signed_in):
    signed_in.post("/sign-out/")
    signed_in.force_login(sam)

    assert signed_in.get(NEW).url == PROVE


def test_a_reported_loss_overtakes_the_proof(form, sam, signed_in):
    factories.a_report(sam, what="hard-token", circumstance="lost")

    page = read(signed_in.post(NEW, form))

    assert OVER in page
    assert_unchanged(sam)


def test_the_form_of_another_session_is_not_taken(form, sam, signed_in):
    elsewhere = Client()
    elsewhere.force_login(sam)

    page = elsewhere.post(NEW, form)

    assert "This page was open too long or in another session" in read(page)
    assert_unchanged(sam)


@pytest.mark.parametrize("page", [PROVE, NEW, DONE])
def test_nobody_else_gets_in(page, db, client):
    practice = factories.a_practice()
    administrator = factories.a_person(practice=practice)
    client.force_login(administrator)

    assert client.get(page).status_code == 403
    assert client.post(page, {"pin": NEW_PIN, "confirm": NEW_PIN}).status_code == 403


# Step 2: the PIN


@pytest.mark.parametrize(
    ("pin", "sentence", "marks"),
    [
        ("", "Enter a new 4-digit PIN.", ["", "", "", "", ""]),
        ("123", "The PIN must be 4 digits.", ["bad", "", "", "", ""]),
        ("12345", "The PIN must be 4 digits.", ["bad", "", "", "", ""]),
        ("1" * 65, "The PIN must be 4 digits.", ["bad", "", "", "", ""]),
        ("61\x0074", "The PIN must be 4 digits.", ["bad", "", "", "", ""]),
        ("６１７４", "The PIN must be 4 digits.", ["bad", "", "", "", ""]),
        ("0471", "A PIN can't start with 0. Choose 4 digits starting with 1 to 9.", None),
        ("7777", "That PIN repeats one digit, so it is easy to guess.", None),
        (
            "3456",
            "That PIN is in sequence, so it is easy to guess.",
            ["ok", "ok", "ok", "bad", "ok"],
        ),
        ("1974", "That PIN is easy to guess.", ["ok", "ok", "ok", "ok", "bad"]),
        (
            "9876",
            "That PIN is in sequence, so it is easy to guess.",
            ["ok", "ok", "ok", "bad", "ok"],
        ),
    ],
)
def test_a_pin_against_the_rules_is_told_which(form, sam, signed_in, pin, sentence, marks):
    response = signed_in.post(NEW, {**form, "pin": pin, "confirm": pin})

    page = read(response)
    states = [rule["state"] for rule in response.context["form"].rules]
    assert page.count(sentence) == 2  # in the summary and at the field
    assert states == marks or (marks is None and states.count("bad") == 1)
    assert page.count('class="is-bad"') == page.count("Not met: ") == states.count("bad")
    assert_unchanged(sam)
    assert signed_in.get(NEW).status_code == 200  # the proof is still good


def test_two_different_pins_are_told_at_the_second_field(form, sam, signed_in):
    response = signed_in.post(NEW, {**form, "confirm": "6175"})

    assert response.context["form"].errors == {
        "confirm": ["The two PINs don't match. Enter the new PIN again."]
    }
    assert_unchanged(sam)


def test_a_second_field_left_empty_is_asked_for(form, sam, signed_in):
    response = signed_in.post(NEW, {**form, "confirm": ""})

    assert response.context["form"].errors == {"confirm": ["Enter the new PIN again."]}


def test_a_rejected_pin_is_nowhere_on_the_page(form, sam, signed_in):
    for pin, again in [("3456", "3456"), (NEW_PIN, "6175"), (OLD_PIN, OLD_PIN)]:
        key = form_key_on(signed_in, NEW)
        page = signed_in.post(NEW, {"form_key": key, "pin": pin, "confirm": again}).text

        assert "There is a problem" in page
        assert not any(f'"{typed}"' in page or f" {typed} " in page for typed in (pin, again))


def test_the_current_pin_is_refused_and_the_proof_stays_good(form, sam, signed_in):
    page = signed_in.post(NEW, {**form, "pin": OLD_PIN, "confirm": OLD_PIN})
    then = choose(signed_in, NEW_PIN)

    assert "That is your current PIN. Choose a different one." in read(page)
    assert 'name="pin"' in page.text
    assert then.status_code == 302
    assert events_of(sam) == ["pin.proof_given", "pin.change_refused", "pin.reset"]


def test_without_a_proof_nobody_learns_whether_it_is_the_current_pin(form, sam, signed_in):
    minutes_pass(KnowledgeProof.objects.get(), 6)

    page = read(signed_in.post(NEW, {**form, "pin": OLD_PIN, "confirm": OLD_PIN}))

    assert OVER in page
    assert "current PIN" not in page


def test_a_pin_compared_with_one_that_was_changed_meanwhile_is_not_saved(form, sam, signed_in):
    """Somebody resets the PIN, and proves it once more, just after this form's was compared."""
    overtaken: list[bool] = []

    def meanwhile(execute, sql, *arguments):
        answer = execute(sql, *arguments)
        if 'FROM "accounts_knowledgefactor"' in sql and not overtaken:
            overtaken.append(True)
            SigningState.objects.update(generation=F("generation") + 1)
            KnowledgeProof.objects.update(generation=F("generation") + 1)
        return answer

    with connection.execute_wrapper(meanwhile):
        page = read(signed_in.post(NEW, form))

    assert "so the PIN was not changed" in page
    assert_unchanged(sam)
    assert signed_in.get(NEW).status_code == 200


@pytest.mark.parametrize("pin", ["123", "0471", "1111", "1234", "", "４８２７"])
def test_the_flow_holds_to_the_rules_by_itself(form, sam, signed_in, pin):
    session_key = signed_in.session.session_key

    with pytest.raises(PinBreaksRule) as refusal:
        reset_pin(user=sam, pin=pin, session_key=session_key, at=timezone.now())

    assert refusal.value.field == "pin"
    assert refusal.value.sentence.endswith(".")
    assert_unchanged(sam)
    refused = AuditEvent.objects.get(event="pin.change_refused")
    assert refused.facts["outcome"] == "pin-breaks-rule"


def test_no_pin_stands_on_the_trail(form, sam, signed_in):
    for pin in (OLD_PIN, NEW_PIN):
        key = form_key_on(signed_in, NEW)
        signed_in.post(NEW, {"form_key": key, "pin": pin, "confirm": pin})

    texts = [event.facts for event in AuditEvent.objects.all()]
    assert not any(pin in str(texts) for pin in (OLD_PIN, NEW_PIN))


def test_a_proof_made_a_moment_before_it_counts_from_its_own_time(sam, signed_in, fob):
    prove(signed_in, fob)

    reset_pin(
        user=sam,
        pin=NEW_PIN,
        session_key=signed_in.session.session_key,
        at=KnowledgeProof.objects.get().proven_at + timedelta(minutes=5, microseconds=-1),
    )

    assert what_is(NEW_PIN, sam) is Knowledge.RIGHT
