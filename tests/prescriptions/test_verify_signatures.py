"""verify_signatures: everything that was signed stands as it was signed, or is named."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from epcs_portal import pem_keys, signing_key
from prescriptions import guards, inspection
from prescriptions.models import Prescription, Signature, SigningCertificate
from tests import factories

TRIGGERS = guards.SQLITE if connection.vendor == "sqlite" else guards.POSTGRESQL


@pytest.fixture
def signed(desk) -> Signature:
    factories.a_prescription(desk.user, desk.patient)
    assert desk.sign().status_code == 302
    return Signature.objects.order_by("pk")[0]


def verify() -> tuple[str, str]:
    """What it says went well, and what it says is wrong."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_signatures", stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def past_the_guards(statement: str, *values: object) -> None:
    """Change rows as somebody who owns the tables could."""
    with connection.cursor() as cursor:
        for name in TRIGGERS:
            drop(cursor, name)
        cursor.execute(statement, values)


def drop(cursor: CursorWrapper, name: str) -> None:
    on = f" ON {TRIGGERS[name].table}" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER {name}{on}")


def found(err: str) -> list[str]:
    """What is wrong with the rows."""
    return [line for line in err.splitlines() if line.startswith("RX-")]


def test_what_stands_is_whole(signed):
    assert verify() == ("signatures: 2 of 2\nWhat was signed is whole.\n", "")


def test_nothing_signed_is_whole_too(db):
    assert verify() == ("What was signed is whole.\n", "")


def test_progress_is_told(signed, monkeypatch):
    monkeypatch.setattr(inspection, "TELL_EVERY", 1)

    assert verify()[0].startswith("signatures: 1 of 2\nsignatures: 2 of 2\n")


def test_an_altered_record_is_named_and_no_other(signed):
    record = signed.record.replace('"quantity":30', '"quantity":90')
    past_the_guards(
        f"UPDATE {guards.SIGNATURES} SET record = %s WHERE id = %s", record, key(signed)
    )

    out, err = verify()

    assert found(err) == [f"{signed.prescription.reference} does not verify."]
    assert f"Faults: {1 + len(TRIGGERS)}." in err
    assert "whole" not in out


@pytest.mark.parametrize("record", ["{}", "[]", "no JSON", '{"key_id":1,"prescription":2}'])
def test_a_record_signed_with_another_key_is_named(signed, tmp_path, settings, record):
    """Record, signature and certificate were all replaced, and fit one another."""
    settings.SIGNING_KEY_DIR = tmp_path
    pem_keys.draw_if_missing(tmp_path, name="Somebody else", at=timezone.now())
    theirs = signing_key.current(at=timezone.now() + timedelta(seconds=1))
    key_id = signing_key.key_id_of(theirs.certificate)
    SigningCertificate.objects.create(
        key_id=key_id, pem=theirs.certificate, first_used_at=timezone.now()
    )
    past_the_guards(
        f"UPDATE {guards.SIGNATURES} SET record = %s, signature = %s, certificate_id = %s"
        " WHERE id = %s",
        record,
        theirs.sign(record.encode()),
        key_id,
        key(signed),
    )

    assert found(verify()[1]) == [f"{signed.prescription.reference} does not verify."]


def test_a_signature_moved_to_another_prescription_is_named(desk, signed):
    draft = factories.a_prescription(desk.user, desk.patient)
    past_the_guards(
        f"UPDATE {guards.SIGNATURES} SET prescription_id = %s WHERE id = %s",
        key(draft),
        key(signed),
    )

    assert found(verify()[1]) == [
        f"{signed.prescription.reference} is signed by its status, and there is no signature.",
        f"{draft.reference} does not verify.",
    ]


def test_a_status_without_a_signature_is_named(desk, signed):
    rx = factories.a_prescription(desk.user, desk.patient)
    Prescription.objects.filter(pk=rx.pk).update(
        status="signed", ready_digest="d" * 64, ready_by=desk.user, ready_at=timezone.now()
    )

    assert f"{rx.reference} is signed by its status, and there is no signature." in verify()[1]


def test_a_trigger_that_is_gone_is_named(signed):
    name = next(iter(TRIGGERS))
    with connection.cursor() as cursor:
        drop(cursor, name)

    err = verify()[1]

    assert f"trigger {name} is not as it was made" in err
    assert "Faults: 1." in err


def key(row: Signature | Prescription) -> object:
    """The primary key as plain SQL takes it."""
    return row.pk if connection.features.has_native_uuid_field else row.pk.hex
