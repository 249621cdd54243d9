"""If you lost your phone today you could …: a small table, from what is there now."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests import factories
from tests.tokens.mobile_phone import SMARTPHONE, a_mobile_id
from tests.tokens.phones import OTHER, a_backup_phone
from tokens.models import BackupPhone, HardToken, SoftToken

SETTINGS = "/settings/epcs/"
AGAIN = ", once your practice approves it again"
PHONE, TOKEN = "Your phone", "Your hardware token"
REPEAT = "No. You would repeat identity proofing"
CONFIRMED = "Yes, and your practice confirms it"


@pytest.fixture
def signer(client, db):
    user = factories.a_signer()
    client.force_login(user)
    return user


def table_on(client) -> dict[str, list[str]]:
    """Return the answers under each thing that may be lost: sign, verify, add."""
    losing = client.get(SETTINGS).context["readiness"]["losing"]
    return {
        thing: [row["cells"][column]["text"] for row in losing["rows"]]
        for column, thing in enumerate(losing["things"])
    }


def test_who_has_nothing_can_lose_nothing(client, signer):
    page = client.get(SETTINGS)

    assert page.context["readiness"]["losing"] is None
    assert "If you lost your phone" not in page.text


def test_with_a_token_and_a_phone(client, signer):
    token, _fob = factories.a_hard_token(signer)
    a_backup_phone(signer)

    by_token, by_phone = f"hardware token {token.serial}", "backup phone (•••) •••-0187"
    assert table_on(client) == {
        PHONE: [f"Yes, with {by_token}{AGAIN}", f"Yes, with {by_token}", "Yes"],
        TOKEN: ["No", f"Yes, with {by_phone}", CONFIRMED],
    }


def test_with_a_token_alone(client, signer):
    factories.a_hard_token(signer)

    assert table_on(client)[TOKEN] == ["No", "No", REPEAT]


def test_what_is_on_the_smartphone_is_lost_with_it(client, signer):
    a_mobile_id(signer)
    a_backup_phone(signer, SMARTPHONE)

    assert table_on(client) == {PHONE: ["No", "No", REPEAT]}


def test_another_phone_is_left_when_the_smartphone_is_lost(client, signer):
    a_mobile_id(signer)
    a_backup_phone(signer, OTHER)

    assert table_on(client)[PHONE] == ["No", "Yes, with backup phone (•••) •••-0119", CONFIRMED]


def test_a_phone_at_home_is_not_the_one_in_the_pocket(client, signer):
    factories.a_hard_token(signer)
    a_backup_phone(signer, delivery=BackupPhone.Delivery.CALL)

    assert table_on(client)[TOKEN][1] == "Yes, with backup phone (•••) •••-0187"


def test_mobile_id_signs_when_the_token_is_lost(client, signer):
    factories.a_hard_token(signer)
    a_mobile_id(signer)

    by_mobile = "Yes, with Mobile ID on (•••) •••-0142"
    assert table_on(client)[TOKEN] == [f"{by_mobile}{AGAIN}", by_mobile, "Yes"]


@pytest.mark.parametrize("kind", [HardToken, SoftToken])
def test_what_does_not_work_now_is_no_help(client, signer, kind):
    token, _fob = factories.a_hard_token(signer)
    a_mobile_id(signer)
    kind.objects.update(held_at=token.bound_at)

    answers = table_on(client)

    assert answers[PHONE if kind is HardToken else TOKEN] == ["No", "No", REPEAT]


def test_who_cannot_sign_today_could_not_then(client, signer):
    factories.a_hard_token(signer)
    a_mobile_id(signer)
    factories.a_report(signer, what="knowledge")

    table = table_on(client)

    assert [answers[0] for answers in table.values()] == ["No", "No"]


def test_a_token_that_does_not_work_now_verifies_nothing(client, signer):
    token, _fob = factories.a_hard_token(signer)
    a_backup_phone(signer, OTHER, delivery="call")
    HardToken.objects.filter(pk=token.pk).update(out_of_step_at=timezone.now())

    assert table_on(client) == {
        PHONE: ["No", "Yes, with backup phone (•••) •••-0119", CONFIRMED],
    }


def test_a_phone_bound_token_adds_no_other(client, signer):
    token, _fob = factories.a_hard_token(signer)
    HardToken.objects.filter(pk=token.pk).update(is_phone_bound=True)

    assert table_on(client)[PHONE][2] == "No, until your practice confirms the token you have"
