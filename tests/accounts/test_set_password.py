"""Set up my EPCS password: a token first, then the password, once."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from accounts.flows.set_password import PasswordBreaksRule, PasswordNotPermitted, set_password
from accounts.knowledge import Knowledge
from accounts.models import IdentityProofing, KnowledgeProof, PasswordReset, SigningState, User
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts import pins
from tests.accounts.passwords import (
    NEW,
    NEW_PASSWORD,
    OLD,
    PROVE,
    SETTINGS,
    Kind,
    choose,
    prove,
    what_is,
)
from tests.pages import form_key_on, submit
from tests.tokens.clock import minutes_pass
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.reading import events_of, read
from tokens.models import ApprovalRequest, HardToken, SecurityNotice

OVER = "This page is over, so no password was set by it"


@pytest.fixture
def maria(client, db) -> User:
    """A prescriber who signs with a password, which Dana has just reset."""
    user = factories.a_signer("mreyes")
    factories.an_epcs_password(user)
    client.force_login(user)
    return user


@pytest.fixture
def dana(maria):
    return factories.an_erx_administrator(maria.practice, "dwhitfield")


@pytest.fixture
def reset(maria, dana) -> PasswordReset:
    return factories.a_password_reset(maria, by=dana)


@pytest.fixture
def fob(maria):
    return factories.a_hard_token(maria)[1]


def test_the_way_from_my_settings_to_the_new_password(client, maria, fob, reset):
    before = read(client.get(SETTINGS))
    first = read(client.get(PROVE))
    prove(client, fob)
    page = read(client.get(NEW))
    done = read(client.get(choose(client).url))

    assert f'href="{PROVE}">Set up my EPCS password</a>' in before
    assert "Dana Whitfield reset it. Set a new one by " in before
    assert "<h1>Set up my EPCS password</h1>" in first
    assert "Step 1 of 3" in first
    assert "Dana Whitfield, eRx Administrator at Practice" in page
    assert "reset your EPCS password today at" in page
    assert "Your EPCS password is set" in done
    assert "You can sign with it now." in done
    assert f'href="{PROVE}">Set up my EPCS password</a>' not in done
    assert what_is(NEW_PASSWORD, maria) is Knowledge.RIGHT
    assert what_is(OLD, maria) is Knowledge.WRONG


def test_the_trail_says_what_proved_it_and_neither_secret(client, maria, fob, reset):
    prove(client, fob)
    choose(client)

    event, proof = AuditEvent.objects.get(event="password.set"), KnowledgeProof.objects.get()
    given = AuditEvent.objects.get(event="password.proof_given")
    assert events_of(maria)[-2:] == ["password.proof_given", "password.set"]
    assert event.facts == {"authority": "token proof", "outcome": None}
    assert (event.event_class, given.subject) == (4, f"hard token {fob.serial}")
    assert (proof.kind, proof.used_at is None) == ("password", False)
    assert SecurityNotice.objects.filter(change="password-set").count() == 1


def test_it_is_used_once(client, maria, fob, reset):
    prove(client, fob)
    choose(client)

    assert client.get(NEW).url == PROVE
    page = read(client.get(PROVE))
    assert "You set a new EPCS password after an eRx administrator" in page
    assert "Dana Whitfield, eRx Administrator" in page
    reset.refresh_from_db()
    assert reset.used_at is not None


def test_a_second_click_shows_the_first_result(client, maria, fob, reset):
    prove(client, fob)
    typed = {"password": NEW_PASSWORD, "confirm": NEW_PASSWORD}
    form = {"form_key": form_key_on(client, NEW), **typed}

    answers = [client.post(NEW, form).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert events_of(maria).count("password.set") == 1


def test_without_a_reset_the_page_says_who_can_make_one(client, maria, fob, dana):
    page = read(client.get(PROVE))
    answer = client.post(PROVE, {"otp": fob.press()})

    assert "Who can reset it" in page
    assert "Dana Whitfield, eRx Administrator" in page
    assert 'name="otp"' not in page + read(answer)
    assert client.get(NEW).url == PROVE
    assert not KnowledgeProof.objects.exists()
    assert "Set up my EPCS password" not in read(client.get(SETTINGS))


def test_who_is_not_registered_is_told_that_first(client, maria, fob, dana):
    IdentityProofing.objects.update(activated_at=None)

    page = read(client.get(PROVE))

    assert "You choose an EPCS password once your EPCS registration is complete." in page
    assert "This step is only for providers who have completed EPCS registration." in page
    assert "Who can reset it" not in page


def test_a_reset_that_ran_out_says_whom_to_ask_again(client, maria, fob, dana):
    reset = factories.a_password_reset(maria, by=dana, at=timezone.now() - timedelta(hours=73))
    day = timezone.localtime(reset.expires_at, ZoneInfo(maria.time_zone))

    page = read(client.get(PROVE))
    dana.membership.delete()
    left = read(client.get(PROVE))

    expired = f"This reset expired on {day:%B} {day.day}."
    assert f"{expired} Ask Dana Whitfield to reset it again." in page
    assert f"{expired} Ask an eRx administrator at your practice to reset it again." in left
    assert "There is no other eRx administrator at your practice" in left
    assert " expired. An eRx administrator at your practice lets you set one." in read(
        client.get(SETTINGS)
    )


def test_a_page_that_stayed_open_longer_sets_nothing(client, maria, fob, reset):
    prove(client, fob)
    key = form_key_on(client, NEW)
    minutes_pass(reset, 72 * 60)

    typed = {"password": NEW_PASSWORD, "confirm": NEW_PASSWORD}
    page = read(client.post(NEW, {"form_key": key, **typed}))

    assert OVER in page
    assert 'name="password"' not in page
    assert what_is(NEW_PASSWORD, maria) is Knowledge.NOT_SET
    assert events_of(maria)[-1] == "password.change_refused"


def test_a_proof_for_a_pin_permits_no_password_and_the_other_way_round(client, maria, fob, reset):
    pins.prove(client, fob)
    no_password = client.get(NEW)
    KnowledgeProof.objects.all().delete()
    prove(client, fob)
    no_pin = client.get(pins.NEW)

    assert (no_password.url, no_pin.url) == (PROVE, pins.PROVE)
    session_key = client.session.session_key
    KnowledgeProof.objects.update(kind=Kind.PIN)
    with pytest.raises(PasswordNotPermitted):
        set_password(user=maria, password=NEW_PASSWORD, session_key=session_key, at=timezone.now())


def test_a_step_up_and_a_phone_bound_token_prove_nothing(client, maria, fob, reset):
    submit(client, "/epcs/verify/token/", otp=fob.press())
    after_step_up = client.get(NEW)
    key = form_key_on(client, PROVE)
    HardToken.objects.update(is_phone_bound=True)

    page = read(client.post(PROVE, {"form_key": key, "otp": fob.press()}))

    assert after_step_up.url == PROVE
    assert "so it can't change your EPCS password until" in page
    assert events_of(maria)[-1] == "password.proof_refused"
    assert not KnowledgeProof.objects.exists()


def test_a_wrong_one_time_password_proves_nothing(client, maria, fob, reset):
    page = read(submit(client, PROVE, otp=fob.wrong()))

    assert "That one-time password is not right." in page
    assert events_of(maria)[-1] == "password.proof_refused"
    assert client.get(NEW).url == PROVE


@pytest.mark.parametrize(("approved_on", "used_on"), [(PROVE, PROVE), (pins.PROVE, PROVE)])
def test_a_push_approved_for_a_password_proves_it_and_one_for_a_pin_does_not(
    client, maria, reset, approved_on, used_on
):
    phone = a_mobile_id(maria)
    page = submit(client, approved_on, option="push").url
    request = ApprovalRequest.objects.get()
    keys = form_key_on(client, page), form_key_on(client, f"{used_on}?push={request.pk}")
    phone.approve_by_number()

    answer = client.post(used_on, {"form_key": keys[1], "approval": str(request.pk)})

    is_same = approved_on == used_on
    assert request.title == ("Set up my EPCS password" if is_same else "Validate for PIN reset")
    assert (answer.status_code == 302) is is_same
    assert KnowledgeProof.objects.exists() is is_same
    assert (client.get(NEW).status_code == 200) is is_same


def test_a_code_of_mobile_id_proves_it(client, maria, reset):
    phone = a_mobile_id(maria)

    answer = submit(client, PROVE, source="mobile", otp=phone.code())

    assert answer.url.startswith(NEW)


def test_who_has_no_token_is_led_to_one(client, maria, reset):
    page = read(client.get(PROVE))

    assert "A token proves that it's you, and you have none yet." in page
    assert "we always check a token before an EPCS password is set" in page


@pytest.mark.parametrize(
    ("typed", "again", "told", "is_on_trail"),
    [
        ("", "", "Enter a new EPCS password.", False),
        ("Vr4 lantern", "", "The password is too short.", False),
        ("international", "", "This password appears in a list of leaked passwords", False),
        (NEW_PASSWORD, NEW_PASSWORD + "!", "The two passwords don't match.", False),
        ("x y" * 400, "", "The password is too long.", False),
        ("marker\0epcs password Vr4", "", "a character that no keyboard has", False),
        (OLD, "", "This was your last EPCS password.", True),
        (factories.PASSWORD, "", "You sign in with this password already.", True),
    ],
)
def test_what_is_refused_is_said_and_leaves_the_proof(
    client, maria, fob, reset, typed, again, told, is_on_trail
):
    prove(client, fob)

    page = read(choose(client, typed, again))

    assert told in page
    assert not typed or typed not in page
    assert (events_of(maria)[-1] == "password.change_refused") is is_on_trail
    assert page.count('<span class="vh">Not met: </span>') == (
        0 if typed == "" or "character" in told or "match" in told or "x y" in typed else 1
    )
    assert choose(client).url.startswith(SETTINGS)


def test_the_fields_suit_a_password_manager_and_are_never_filled(client, maria, fob, reset):
    prove(client, fob)
    page = choose(client, "international").text

    assert page.count('type="password"') == page.count('autocomplete="new-password"') == 2
    assert 'value="mreyes EPCS password" autocomplete="username"' in page
    assert 'aria-describedby="id_password_error password-rules"' in page
    assert "onpaste" not in page
    assert "international" not in page


def test_a_lock_of_signing_stays(client, maria, fob, reset):
    SigningState.objects.filter(user=maria).update(failures=5, held_at=timezone.now())

    prove(client, fob)
    done = read(client.get(choose(client).url))

    assert SigningState.objects.get(user=maria).held_at is not None
    assert "You can sign with it now." not in done
    assert "What is still missing before you can sign is listed below." in done


def test_signing_pages_that_are_open_sign_nothing_any_more(client, maria, fob, reset):
    prove(client, fob)
    before = SigningState.objects.get(user=maria).generation

    choose(client)

    assert SigningState.objects.get(user=maria).generation == before + 1


def test_a_proof_is_overtaken_by_a_reset(client, maria, fob, dana):
    reset = factories.a_password_reset(maria, by=dana)
    prove(client, fob)
    minutes_pass(reset, 72 * 60)

    factories.a_password_reset(maria, by=dana)

    assert client.get(NEW).url == PROVE


@pytest.mark.parametrize(
    "happens",
    [
        lambda: SigningState.objects.update(generation=99),
        lambda: HardToken.objects.update(status="removed", removed_at=timezone.now()),
        lambda: PasswordReset.objects.update(ended_at=timezone.now()),
    ],
    ids=["something else", "the token is removed", "the reset ends"],
)
def test_what_happens_while_it_is_compared_still_counts(client, maria, fob, reset, happens):
    prove(client, fob)
    session_key, happened = client.session.session_key, []

    def meanwhile(execute, sql, *rest):
        if "accounts_knowledgefactor" in sql and not happened:
            happened.append(sql)
            happens()
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile), pytest.raises(PasswordNotPermitted):
        set_password(user=maria, password=NEW_PASSWORD, session_key=session_key, at=timezone.now())

    assert happened
    assert what_is(NEW_PASSWORD, maria) is Knowledge.NOT_SET
    assert PasswordReset.objects.get().used_at is None


def test_the_flow_knows_the_criteria_whatever_the_form_says(client, maria, fob, reset):
    prove(client, fob)
    session_key = client.session.session_key

    with pytest.raises(PasswordBreaksRule) as refused:
        set_password(user=maria, password="password", session_key=session_key, at=timezone.now())

    assert refused.value.facts == {"rule": "long-enough"}
    assert KnowledgeProof.objects.get().used_at is None


def test_under_the_enrollment_grant_the_first_one_takes_no_proof(signed_in, prescriber, token):
    factories.a_grant(prescriber)
    first = signed_in.get(PROVE)
    page = read(signed_in.get(NEW))
    choose(signed_in)

    assert first.url == NEW
    assert "Keep it yours" in page
    assert "Who asked for this" not in page
    event = AuditEvent.objects.get(event="password.set")
    assert event.facts["authority"] == "enrollment grant"
    assert what_is(NEW_PASSWORD, prescriber) is Knowledge.RIGHT
    assert "You set a new EPCS password after" in read(signed_in.get(PROVE))


def test_a_reset_takes_a_proof_also_on_the_first_day(signed_in, prescriber, hard_token):
    _token, fob = hard_token
    factories.a_grant(prescriber)
    factories.a_password_reset(prescriber)

    before = signed_in.get(NEW)
    prove(signed_in, fob)
    choose(signed_in)

    assert before.url == PROVE
    assert AuditEvent.objects.get(event="password.set").facts["authority"] == "token proof"


def test_readiness_and_controls_speak_of_the_reset(client, maria, fob, reset):
    with_pin = client.get(SETTINGS).context["readiness"]
    maria.knowledge_factors.filter(kind=Kind.PIN).delete()
    without = client.get(SETTINGS).context["readiness"]
    controls = read(client.get("/epcs/"))
    HardToken.objects.update(is_phone_bound=True)
    bound = client.get(SETTINGS).context["readiness"]

    assert with_pin["title"] == "Ready to sign"
    assert without["action"] == {"label": "Set up my EPCS password", "url": PROVE}
    assert "Dana Whitfield reset yours" in without["text"]
    assert "<dt>EPCS password</dt>" in controls
    assert "Dana Whitfield reset it. Set a new one by" in controls
    assert "You still need an EPCS password, and this token can't set one" in bound["text"]
