"""A backup phone verifies who somebody is. No code of it signs anything (21 CFR 1311.115(b))."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from prescriptions.models import Signature
from tests.pages import submit
from tests.prescriptions import signing
from tests.tokens.phones import NUMBER, VERIFY, a_backup_phone, code_on
from tests.tokens.reading import choose, is_verified, read
from tokens.models import BackupPhone, HardToken, OutOfBandCode

PACKAGE = Path(__file__).parents[2] / "prescriptions"


@pytest.fixture
def live_code(desk):
    """A code that is good for a step-up at this moment."""
    phone = a_backup_phone(desk.user)
    choose(desk.client, VERIFY, f"text:{phone.pk}")
    return code_on(NUMBER)


def test_a_live_phone_code_does_not_sign_and_is_counted_as_a_failure(desk, live_code):
    response = desk.sign(otp=live_code)

    assert "The EPCS PIN or one-time password is not right." in read(response)
    assert not Signature.objects.exists()
    assert HardToken.objects.get().failures == 1


def test_it_is_not_spent_by_the_attempt_and_still_verifies(desk, live_code):
    desk.sign(otp=live_code)
    phone = BackupPhone.objects.get()

    submit(desk.client, f"/epcs/verify/text/?phone={phone.pk}", code=live_code)

    assert is_verified(desk.client)
    assert OutOfBandCode.objects.get().spent_at is not None


def test_a_step_up_by_phone_does_not_replace_a_password(desk, live_code):
    phone = BackupPhone.objects.get()
    submit(desk.client, f"/epcs/verify/text/?phone={phone.pk}", code=live_code)

    response = desk.send(desk.open(), pin=signing.PIN, otp="")

    assert "Enter the 6-digit code." in read(response)

    assert not Signature.objects.exists()


def test_no_code_that_signs_knows_of_phones():
    imported = {
        name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", "") or "", *(alias.name for alias in node.names)]
    }

    phones = {"BackupPhone", "OutOfBandCode", "out_of_band", "step_up", "tokens.step_up"}
    assert imported & phones == set()
    assert not any("phone" in field.name for field in Signature._meta.get_fields())
