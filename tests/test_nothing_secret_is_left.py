"""From sign-in to a locked token and back; what it leaves is kept for the scan of `tests.leaks`."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests import factories, markers
from tests.brokers import sending_to
from tests.databases import ClonedDatabase
from tests.in_hand import FobInHand
from tests.pages import submit
from tests.parts import WORK
from tests.tokens import phones
from tests.tokens.reading import choose
from tokens.models import BackupPhone, HardToken

FOLDER = WORK / "leaks"
SERIAL = "TEST70000001"
PIN = "4827"
NEW_PIN = "6174"
MESSAGES = 3  # codes; the notices wait for the sweep and come later


class NotedFob(FobInHand):
    """A token whose passwords are noted for the scan."""

    def press(self, times: int = 1) -> str:
        shown = super().press(times)
        markers.note("codes", shown)
        return shown


@pytest.fixture
def log() -> Iterator[Path]:
    """Everything that anybody logs during the test."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{connection.vendor}.log"
    written = logging.FileHandler(path, mode="w")
    before = logging.root.level
    logging.root.addHandler(written)
    logging.root.setLevel(logging.DEBUG)
    yield path
    logging.root.setLevel(before)
    logging.root.removeHandler(written)
    written.close()


def test_everything_is_done_once_and_kept_for_the_scan(cloned_db, client, log, broker, tmp_path):
    fob = _fob_from_the_manufacturer(tmp_path)
    person = factories.a_prescriber("snguyen")
    factories.a_grant(person)
    factories.an_epcs_pin(person, PIN)
    markers.note("passwords", factories.PASSWORD, "wrong-marker-password")
    markers.note("pins", PIN, NEW_PIN)

    _sign_in(client)
    _use(client, fob)
    _reset_pin(client, fob)
    _use_phones(client)
    client.post("/sign-out/")

    assert SERIAL.encode() in _kept(cloned_db).read_bytes()
    assert "Internal Server Error" not in log.read_text()
    assert len(list((FOLDER / "broker").glob("*.msg"))) >= MESSAGES


def _fob_from_the_manufacturer(folder: Path) -> NotedFob:
    seed = factories.seed_for(SERIAL)
    file = folder / "seeds.csv"
    file.write_text(f"serial,secret_hex,counter\n{SERIAL},{seed.hex()},0\n")
    call_command("import_seed_records", str(file))
    markers.note("seeds", seed.hex())
    return NotedFob(seed, serial=SERIAL)


def _sign_in(client: Client) -> None:
    for password in ("wrong-marker-password", factories.PASSWORD):
        client.post("/sign-in/", {"username": "snguyen", "password": password})
    # A password typed into the wrong field is still a password.
    Client().post("/sign-in/", {"username": factories.PASSWORD, "password": "snguyen"})


def _use(client: Client, fob: NotedFob) -> None:
    """Add, test, step up and resync, each wrong way first; and lock the token on the way."""
    wrong = fob.wrong()
    markers.note("codes", wrong)
    pair = {"otp1": wrong, "otp2": fob.press()}
    submit(client, "/epcs/token/add/", serial=SERIAL, **pair)
    added = submit(client, "/epcs/token/add/", serial=SERIAL, **fob.press_twice())
    assert added.status_code == 302
    token = HardToken.objects.get()
    test_page, resync_page = (f"/epcs/token/{token.pk}/{name}/" for name in ("test", "resync"))
    for page in (test_page, "/epcs/verify/token/"):
        used = fob.press()
        assert [submit(client, page, otp=otp).status_code for otp in (used, used, wrong)] == [
            302,
            200,
            200,
        ]
    submit(client, resync_page, otp1=fob.press(), otp2=wrong)
    while 'name="form_key"' in client.get(test_page).text:  # until it is locked
        submit(client, test_page, otp=wrong)
    fob.press(400)
    assert submit(client, resync_page, **fob.press_twice()).status_code == 302


def _reset_pin(client: Client, fob: NotedFob) -> None:
    """Reset the PIN, each wrong way first."""
    submit(client, "/epcs/pin/", otp=fob.press())
    for pin, again in [("1234", "1234"), (NEW_PIN, PIN), (PIN, PIN)]:
        assert submit(client, "/epcs/pin/new/", pin=pin, confirm=again).status_code == 200
    assert submit(client, "/epcs/pin/new/", pin=NEW_PIN, confirm=NEW_PIN).status_code == 302


@pytest.fixture
def broker() -> Iterator[None]:
    """The demo's broker, made of files, and no worker: what is sent to it stays for the scan."""
    folder = FOLDER / "broker"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    folders = dict.fromkeys(["data_folder_in", "data_folder_out", "control_folder"], str(folder))
    transport = "epcs_portal.demo.broker:Transport"
    with sending_to("files", broker_transport=transport, broker_transport_options=folders):
        yield


def _use_phones(client: Client) -> None:
    """Add a phone by text and one by call, verify with each, and remove one; each wrong first."""
    numbers = {"text": phones.NUMBER, "call": phones.OTHER}
    for delivery, number in numbers.items():
        # Told to nobody else, but typed: what is typed into the wrong field is a secret too.
        submit(client, phones.ADD, phone=factories.PASSWORD, delivery=delivery)
        added = submit(client, phones.ADD, phone=number, delivery=delivery)
        code = phones.code_on(number)
        for typed in (phones.wrong(code), code):
            submit(client, added.url, code=typed)
    client.cookies.pop(settings.STEP_UP_COOKIE_NAME)
    phone = BackupPhone.objects.get(number=phones.NUMBER)
    way = choose(client, phones.VERIFY, f"text:{phone.pk}").url
    assert submit(client, way, code=phones.code_on(phones.NUMBER)).status_code == 302
    removed = submit(client, f"/epcs/phones/{phone.pk}/remove/", reason="lost")
    assert removed.status_code == 302
    phones.let_everything_arrive()


def _kept(database: ClonedDatabase) -> Path:
    """Dump the database, or copy its file, to where the scan finds it."""
    if connection.vendor == "sqlite":
        path = FOLDER / "suite.sqlite3"
        with (
            closing(sqlite3.connect(database.name)) as source,
            closing(sqlite3.connect(path)) as target,
        ):
            source.backup(target)
        return path
    path = FOLDER / "suite.sql"
    program = os.environ.get("EPCS_PG_DUMP") or shutil.which("pg_dump")
    assert program is not None, "pg_dump is needed: put it on the PATH."
    command = [program, "--dbname", database.url, "--file", str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path
