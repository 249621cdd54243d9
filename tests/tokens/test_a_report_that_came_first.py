"""What waited while its owner reported a loss finds its step-up ended, and does nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.flows.revoke_account import revoke_account
from accounts.models import KnowledgeFactor, User
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.tokens.mobile_phone import EMAIL, SMARTPHONE, a_mobile_id
from tests.tokens.phones import OTHER, a_backup_phone, code_on
from tokens import step_up
from tokens.flows.confirm_backup_phone import confirm_backup_phone
from tokens.flows.confirm_mobile_id import confirm_mobile_id
from tokens.flows.remove_backup_phone import remove_backup_phone
from tokens.flows.remove_token import remove_token
from tokens.flows.send_code import send_code
from tokens.flows.start_mobile_id import start_mobile_id
from tokens.mobile_refusals import SetupOver
from tokens.models import BackupPhone, HardToken, RevocationCase, SoftToken, StepUp
from tokens.out_of_band import Purpose
from tokens.refusals import AuthorityOver
from tokens.step_up import Authority

pytestmark = pytest.mark.django_db
REMOVAL = {"reason": "broken", "detail": ""}


@pytest.fixture
def signer() -> User:
    return factories.a_signer("mreyes")


@pytest.fixture
def hard_token(signer) -> HardToken:
    return factories.a_hard_token(signer)[0]


@pytest.fixture
def authority(signer, hard_token) -> Authority:
    """A step-up in the session that is about to go on."""
    now = timezone.now()
    step_up.begin(by=hard_token, method="hard-token", session_key="k", cookie="c", at=now)
    proven = StepUp.objects.get()
    return Authority(name="step-up by hard-token", session_key="k", step_up=proven)


def outcome_of(event: str) -> object:
    return AuditEvent.objects.get(event=event).facts["outcome"]


def test_no_token_is_removed(signer, hard_token, authority):
    a_mobile_id(signer)
    a_backup_phone(signer)
    factories.a_report(signer, what="knowledge")

    with pytest.raises(AuthorityOver):
        remove_token(token=hard_token, authority=authority, at=timezone.now(), **REMOVAL)

    assert HardToken.objects.get().status == "active"
    assert outcome_of("token.not_removed") == "authority-over"


def test_no_backup_phone_is_removed(signer, hard_token, authority):
    phone = a_backup_phone(signer)
    factories.a_report(signer, what="knowledge")

    with pytest.raises(AuthorityOver):
        remove_backup_phone(phone=phone, authority=authority, at=timezone.now(), **REMOVAL)

    assert BackupPhone.objects.get().status == "active"
    assert outcome_of("phone.not_removed") == "authority-over"


def test_no_backup_phone_is_confirmed(signer, hard_token, authority):
    phone = a_backup_phone(signer, OTHER, status="pending", confirmed_at=None)
    how = {"channel": "text", "is_resend": True}
    send_code(phone=phone, purpose=Purpose.CONFIRM_PHONE, at=timezone.now(), **how)
    code = code_on(OTHER)
    factories.a_report(signer, what="hard-token", factor=hard_token)

    with pytest.raises(AuthorityOver):
        confirm_backup_phone(phone=phone, code=code, authority=authority, at=timezone.now())

    assert BackupPhone.objects.get().status == "pending"
    assert outcome_of("code.refused") == "authority-over"


def test_no_account_is_revoked(signer, hard_token, authority):
    now = timezone.now()
    day = {"issued_at": now, "expires_at": now + timedelta(hours=24)}
    case = RevocationCase.objects.create(
        number="CS-7306-4118", user=signer, issued_by=signer, reason="Asked.", **day
    )
    factories.a_report(signer, what="hard-token", factor=hard_token)

    with pytest.raises(AuthorityOver):
        revoke_account(user=signer, case=case.number, authority=authority, at=timezone.now())

    case.refresh_from_db()
    assert case.used_at is None
    assert KnowledgeFactor.objects.filter(user=signer).exists()
    assert outcome_of("account.not_revoked") == "authority-over"


def test_no_mobile_id_is_added(signer, hard_token, authority):
    now = timezone.now()
    User.objects.filter(pk=signer.pk).update(email=EMAIL)
    signer.refresh_from_db()
    begun = {"number": SMARTPHONE, "email": EMAIL, "authority": authority}
    setup = start_mobile_id(user=signer, at=now, **begun)
    factories.a_report(signer, what="hard-token", factor=hard_token)

    with pytest.raises(SetupOver):
        confirm_mobile_id(setup=setup, code="026920", at=timezone.now())

    assert not SoftToken.objects.exists()
    assert outcome_of("mobile_id.not_added") == "setup-over"
