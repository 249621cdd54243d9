"""A signature stands: it verifies outside the portal, and neither model nor SQL changes it."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from prescriptions import guards
from prescriptions.models import Prescription, Signature, SigningCertificate
from tests.tokens.reading import read

RX, SIGNATURES, CERTIFICATES = guards.RX, guards.SIGNATURES, guards.CERTIFICATES
STATEMENTS = [
    f"UPDATE {RX} SET quantity = quantity + 1",
    f"UPDATE {RX} SET status = 'draft', ready_digest = '', ready_by_id = NULL, ready_at = NULL",
    f"DELETE FROM {RX}",
    f"UPDATE {SIGNATURES} SET record = 'another'",
    f"UPDATE {SIGNATURES} SET signed_at = signed_at",
    f"DELETE FROM {SIGNATURES}",
    f"UPDATE {CERTIFICATES} SET pem = 'another'",
    f"DELETE FROM {CERTIFICATES}",
]
STATEMENTS += {
    "postgresql": [
        f"TRUNCATE {RX} CASCADE",
        f"TRUNCATE {SIGNATURES}",
        f"TRUNCATE {CERTIFICATES} CASCADE",
    ],
    "sqlite": [
        f"REPLACE INTO {RX} SELECT * FROM {RX}",
        f"REPLACE INTO {SIGNATURES} SELECT * FROM {SIGNATURES}",
        f"REPLACE INTO {CERTIFICATES} SELECT * FROM {CERTIFICATES}",
        f"UPDATE OR IGNORE {SIGNATURES} SET record = 'another'",
    ],
}[connection.vendor]


@pytest.fixture
def signed(desk) -> Signature:
    assert desk.sign().status_code == 302
    return Signature.objects.get()


@pytest.fixture
def exported(signed, tmp_path, capsys) -> tuple[Path, list[str]]:
    """The folder with the three files, and the lines the command printed to verify them with."""
    call_command("export_record", signed.prescription.reference, "--to", str(tmp_path))
    lines = capsys.readouterr().out.splitlines()
    return tmp_path, [line.strip() for line in lines if line.strip().startswith("openssl")]


def verify(folder: Path, lines: list[str]) -> int:
    script = "set -e\n" + "\n".join(lines)
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, check=False)
    return done.returncode


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses(signed, statement):
    before = list(Prescription.objects.values()), list(Signature.objects.values())
    connection.check_constraints()

    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert before == (list(Prescription.objects.values()), list(Signature.objects.values()))


@pytest.mark.parametrize("model", [Signature, SigningCertificate])
def test_the_models_refuse(signed, model):
    row = model.objects.get()

    for change in (
        row.save,
        row.delete,
        model.objects.all().delete,
        lambda: model.objects.update(pk=row.pk),
        lambda: model.objects.bulk_update([row], ["pk"]),
    ):
        with pytest.raises(TypeError, match="kept"):
            change()


def test_a_signed_prescription_is_neither_saved_nor_deleted(signed):
    rx = Prescription.objects.get()

    with pytest.raises(TypeError, match="never changed"):
        rx.save()
    with pytest.raises(TypeError, match="never deleted"):
        rx.delete()


def test_the_guards_stand_as_they_are_defined(db):
    assert guards.faulty(connection) == []


def test_openssl_verifies_the_exported_record(exported):
    folder, lines = exported

    assert len(lines) == 2
    assert verify(folder, lines) == 0


@pytest.mark.parametrize("ending", [".json", ".sig"])
def test_openssl_refuses_it_with_one_byte_flipped(exported, ending):
    folder, lines = exported
    (path,) = folder.glob(f"*{ending}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    assert verify(folder, lines) != 0


def test_an_export_is_on_the_trail_and_holds_the_stored_bytes(exported, signed):
    folder, _ = exported

    (record,) = folder.glob("*.json")

    assert record.read_bytes() == signed.record.encode("ascii")
    event = AuditEvent.objects.get(event="record.exported")
    assert event.subject == str(signed.prescription)


def test_there_is_nothing_to_export_of_what_is_not_signed(desk, tmp_path):
    for reference in (desk.rx.reference, "RX-0000-00000"):
        with pytest.raises(CommandError, match="No signed prescription"):
            call_command("export_record", reference, "--to", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(signed, tmp_path):
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(CommandError, match="Cannot write"):
        call_command("export_record", signed.prescription.reference, "--to", str(file / "x"))


def tamper(statement: str, value: str) -> None:
    """As somebody who owns the tables could."""
    with connection.cursor() as cursor:
        triggers = guards.SQLITE if connection.vendor == "sqlite" else guards.POSTGRESQL
        for name, trigger in triggers.items():
            on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute(statement, [value])


@pytest.mark.parametrize(
    ("old", "new"), [('"quantity":30', '"quantity":90'), ('"directions":"', '"directions":"\u00e9')]
)
def test_a_record_that_was_tampered_with_is_told_on_its_page(desk, signed, old, new):
    tamper(f"UPDATE {SIGNATURES} SET record = %s", signed.record.replace(old, new))

    assert "Does not verify" in read(desk.client.get(f"/rx/{desk.rx.reference}/"))


def test_a_certificate_that_was_tampered_with_verifies_nothing(desk, signed):
    tamper(f"UPDATE {CERTIFICATES} SET pem = %s", "no certificate")

    assert "Does not verify" in read(desk.client.get(f"/rx/{desk.rx.reference}/"))


@pytest.mark.parametrize("record", ["", "no JSON", "{}", "[]", '{"factors":1,"prescription":[]}'])
def test_a_record_that_says_nothing_any_more_is_told_and_still_handed_out(
    desk, signed, tmp_path, record
):
    tamper(f"UPDATE {SIGNATURES} SET record = %s", record)

    text = read(desk.client.get(f"/rx/{desk.rx.reference}/"))
    call_command("export_record", desk.rx.reference, "--to", str(tmp_path))

    assert "This signed record can't be read" in text
    assert desk.rx.reference in text
    assert (tmp_path / f"{desk.rx.reference}.json").read_text() == record


def test_the_key_is_named_in_the_record_and_its_certificate_kept(signed):
    certificate = SigningCertificate.objects.get()

    assert f'"key_id":"{certificate.key_id}"' in signed.record
    assert signed.certificate == certificate
    assert timezone.now() - certificate.first_used_at < timedelta(minutes=1)
