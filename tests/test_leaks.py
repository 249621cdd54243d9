"""The scan for secrets finds what is planted, and raises no false alarm."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import leaks

SEED = bytes(range(100, 120))
SECRETS = {
    "seeds": {SEED.hex()},
    "keys": {bytes(range(32)).hex()},
    "passwords": {"correct horse/battery"},
    "pins": {"4827"},
    "codes": {"069311"},
}
WRITTEN = {
    "raw": SEED,
    "hexadecimal": SEED.hex().encode(),
    "hexadecimal in capitals": SEED.hex().upper().encode(),
    "base32": base64.b32encode(SEED),
    "base64": base64.b64encode(SEED),
    "base64 without padding": base64.b64encode(SEED).rstrip(b"="),
    "base64 for URLs": base64.urlsafe_b64encode(SEED),
    "base32 after one byte": base64.b32encode(b"x" + SEED + b"y"),
    "base32 without padding": base64.b32encode(b"xyz" + SEED).rstrip(b"="),
    "base64 after one byte": base64.b64encode(b"x" + SEED + b"y"),
    "base64 after two bytes": base64.b64encode(b"xy" + SEED + b"z"),
    "as Python shows bytes": repr(b"\0" + SEED).encode(),
}
TYPED = ["code 069311", "otp=069311&x=1", '{"otp": "069311"}', "/verify/069311/", "\t069311\t"]
HARMLESS = [
    "2026-11-22 13:05:09.069311+00:00 2026-11-22T13:05:09.004827Z",
    "0.069311 1.4827 069311.5",
    "[069311] Booting worker with pid: 4827, 4827 ms, 069311 kB",
    "4827:M 22 Nov 2026 13:05:09.069 * Ready",
    "6d4e1572-4827-4b98-9a87-cd6306931100 a069311f _4827 GALH48270693",
    "mreyes      Maria Reyes, MD  hardware token and EPCS PIN  4827  GALH12345678",
]


@pytest.mark.parametrize("way", WRITTEN)
def test_a_planted_seed_is_found_however_it_is_written(tmp_path, way):
    log = tmp_path / "web.log"
    log.write_bytes(b"before " + WRITTEN[way] + b" after")

    assert leaks.leaks_in(log, SECRETS) == {"seeds"}


@pytest.mark.parametrize("line", TYPED)
def test_a_typed_code_is_found(tmp_path, line):
    log = tmp_path / "web.log"
    log.write_text(line)

    assert leaks.leaks_in(log, SECRETS) == {"codes"}


@pytest.mark.parametrize("line", HARMLESS)
def test_a_number_of_another_kind_is_no_alarm(tmp_path, line):
    log = tmp_path / "web.log"
    log.write_text(line)

    assert leaks.leaks_in(log, SECRETS) == set()


def test_a_database_is_searched_cell_by_cell_and_byte_by_byte(tmp_path):
    path = tmp_path / "portal.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE pages (id INTEGER, text TEXT, box BLOB)")
        database.execute("INSERT INTO pages VALUES (69311, 'PIN 4827', ?)", [SEED])
        database.commit()

    assert leaks.leaks_in(path, SECRETS) == {"pins", "seeds"}


def test_the_password_of_the_demo_is_found_outside_the_table_it_prints(tmp_path):
    log = tmp_path / "web.log"
    secrets = {**SECRETS, "passwords": {"lakeside-demo"}}
    log.write_text("\nPassword of every account:  lakeside-demo\n")
    assert leaks.leaks_in(log, secrets) == set()

    log.write_text("\nSigned in with lakeside-demo\n")

    assert leaks.leaks_in(log, secrets) == {"passwords"}


def as_the_broker_does(carried: str) -> str:
    return json.dumps({"body": base64.b64encode(carried.encode()).decode(), "headers": {}})


def test_a_code_that_a_task_carries_is_found(tmp_path):
    message = tmp_path / "1_celery.msg"
    message.write_text(as_the_broker_does('[[], {"code": "069311"}, {}]'))

    assert leaks.leaks_in(message, SECRETS) == {"codes"}


def everything_searched(folder: Path, *, log: str) -> None:
    for name in (
        "leaks/suite.sql",
        "leaks/suite.log",
        "logs/web.log",
        "logs/journeys/addresses.log",
        "journeys/logs/worker.log",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(log)
    (folder / "leaks" / "broker").mkdir()
    (folder / "leaks" / "broker" / "1.msg").write_text(as_the_broker_does(log))
    for name in ("leaks/suite.sqlite3", "journeys/portal.sqlite3"):
        with closing(sqlite3.connect(folder / name)) as database:
            database.execute("CREATE TABLE pages (text TEXT)")


def test_the_file_and_the_kind_are_named_and_the_secret_is_not(tmp_path):
    everything_searched(tmp_path, log=f"seed {SEED.hex()} code 069311")
    said: list[str] = []

    assert not leaks.run(folder=tmp_path, secrets=SECRETS, say=said.append)

    assert "LEAK: seeds in logs/web.log" in said
    assert "LEAK: codes in leaks/suite.sql" in said
    assert SEED.hex() not in "".join(said)
    assert "069311" not in "".join(said)


def test_nothing_found_is_a_success_only_where_everything_was_searched(tmp_path):
    everything_searched(tmp_path, log="nothing to hide")
    assert leaks.run(folder=tmp_path, secrets=SECRETS, say=lambda _line: None)

    (tmp_path / "leaks" / "suite.sql").unlink()
    assert not leaks.run(folder=tmp_path, secrets=SECRETS, say=lambda _line: None)
    (tmp_path / "leaks" / "suite.sql").touch()
    some = {kind: SECRETS[kind] for kind in SECRETS.keys() - {"codes"}}
    assert not leaks.run(folder=tmp_path, secrets=some, say=lambda _line: None)
