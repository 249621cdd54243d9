"""The step-up matrix, cell by cell: first the table, then what people meet."""

from __future__ import annotations

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.phones import NUMBER, OTHER, VERIFY, a_backup_phone, code_on
from tests.tokens.reading import choose, is_verified, read
from tokens.models import HardToken, SecurityNotice, StepUp
from tokens.step_up_matrix import MATRIX, Action, Answer, Proof, answer

Y, B, N = Answer.YES, Answer.PHONE_BOUND, Answer.NO
# Written out once more, from the rules: hard token, Mobile ID, phone-bound token, backup phone.
RULES = {
    "sign": (Y, Y, Y, N),
    "execute-access-change": (Y, Y, N, N),
    "reset-pin": (Y, Y, N, N),
    "lift-hold": (Y, Y, N, N),
    "add-hard-token": (Y, Y, N, B),
    "add-mobile-id": (Y, Y, N, B),
    "remove-token": (Y, Y, Y, Y),
    "add-phone": (Y, Y, Y, Y),
    "remove-phone": (Y, Y, Y, Y),
    "revoke-account": (Y, Y, Y, Y),
    "ship-elsewhere": (Y, Y, Y, Y),
    "support": (Y, N, N, N),
    "authenticate": (Y, Y, Y, Y),
}
CELLS = [
    (action, proof, expected)
    for action, row in RULES.items()
    for proof, expected in zip(Proof, row, strict=True)
]
ADD_TOKEN, ADD_PHONE, PIN = "/epcs/token/add/", "/epcs/phones/add/", "/epcs/pin/"


@pytest.mark.parametrize(("action", "proof", "expected"), CELLS)
def test_each_cell(action, proof, expected):
    assert answer(Action(action), proof) is expected


def test_there_is_no_other_action():
    assert {action.value for action in MATRIX} == set(RULES)


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber)


@pytest.fixture
def by_phone(signed_in, phone):
    """Sam, who has verified with his backup phone."""
    way = choose(signed_in, VERIFY, f"text:{phone.pk}").url
    submit(signed_in, way, code=code_on(NUMBER))
    assert is_verified(signed_in)
    return signed_in


def test_a_phone_opens_adding_a_token_which_is_phone_bound(by_phone, prescriber, new_fob):
    designee = factories.designated(factories.a_person(practice=prescriber.practice))
    response = submit(by_phone, ADD_TOKEN, serial=new_fob.serial, **new_fob.press_twice())

    assert response.status_code == 302
    token = HardToken.objects.get()
    assert token.is_phone_bound
    assert AuditEvent.objects.get(event="token.bound").facts["phone_bound"] is True
    assert "Added with a backup phone" in read(by_phone.get("/settings/epcs/"))
    told = SecurityNotice.objects.get(change="token-bound-by-phone")
    assert (told.user, told.subject) == (designee, prescriber.full_name)


def test_a_token_opens_adding_a_token_which_is_not(granted, new_fob):
    submit(granted, ADD_TOKEN, serial=new_fob.serial, **new_fob.press_twice())

    assert not HardToken.objects.get().is_phone_bound


@pytest.fixture
def bound(token):
    """Sam's token, which a backup phone alone vouched for."""
    token.is_phone_bound = True
    token.save()
    return token


def test_a_phone_bound_token_resets_no_pin_and_its_password_is_not_spent(signed_in, token, fob):
    otp, form_key = fob.press(), form_key_on(signed_in, PIN)
    HardToken.objects.update(is_phone_bound=True)
    page = read(signed_in.get(PIN))

    refused = signed_in.post(PIN, {"form_key": form_key, "otp": otp})

    assert "It can't change your EPCS PIN" in page
    assert 'name="otp"' not in page
    assert "can't change your EPCS PIN until" in read(refused)
    event = AuditEvent.objects.get(event="pin.proof_refused")
    assert event.facts["outcome"] == "token-is-phone-bound"
    test_page = f"/epcs/token/{token.pk}/test/"
    assert submit(signed_in, test_page, otp=otp).status_code == 302


def test_a_phone_bound_token_verifies_for_phones_and_not_for_tokens(signed_in, bound, fob):
    submit(signed_in, "/epcs/verify/token/", otp=fob.press())

    for_tokens = read(signed_in.get(f"{VERIFY}?for=add-hard-token&next={ADD_TOKEN}"))

    assert signed_in.get(ADD_PHONE).status_code == 200
    assert "Not for this, until your practice confirms it." in for_tokens
    assert 'value="token"' not in for_tokens


def test_a_phone_opens_adding_and_removing_phones(by_phone, phone):
    assert by_phone.get(ADD_PHONE).status_code == 200
    assert by_phone.get(f"/epcs/phones/{phone.pk}/remove/").status_code == 200


def test_a_phone_resets_no_pin(by_phone, token):
    page = read(by_phone.get(PIN))

    assert "First, prove it's you with your token." in page
    assert by_phone.get("/epcs/pin/new/").url == PIN


def test_an_action_nobody_knows_is_plain_authentication(signed_in, phone):
    assert signed_in.get(f"{VERIFY}?for=world-domination").status_code == 200


def test_a_factor_added_ends_what_other_sessions_had_proven(by_phone, prescriber, client, phone):
    elsewhere = type(client)()
    elsewhere.force_login(prescriber)
    other = a_backup_phone(prescriber, OTHER, status="pending", confirmed_at=None)
    StepUp.objects.create(
        user=prescriber,
        cookie_digest="0" * 64,
        session_digest="1" * 64,
        method="text",
        backup_phone=phone,
        proven_at=timezone.now(),
        seen_at=timezone.now(),
    )
    page = f"/epcs/phones/{other.pk}/confirm/"
    submit(by_phone, page, resend="1")

    submit(by_phone, page, code=code_on(OTHER))

    assert StepUp.objects.get(session_digest="1" * 64).ended_at is not None
    assert is_verified(by_phone)


def test_somebody_elses_phone_is_no_method(signed_in, token):
    a_backup_phone(factories.a_prescriber())

    assert "Text message" not in read(signed_in.get(VERIFY))
