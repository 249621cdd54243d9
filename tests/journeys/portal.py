"""A portal to walk through: the demo's own web server, with demo data of its own."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from epcs_portal.demo.people import PEOPLE
from epcs_portal.demo.services import web_server, worker
from tests import markers
from tests.parts import PYTHON, ROOT, WORK
from tests.services.serving import free_port, served

FOLDER = WORK / "journeys"
FILL = """
from django.utils import timezone
from epcs_portal.demo import seed
seed.fill(at=timezone.now())
"""
TELL_SEEDS = """
from tokens.models import SeedRecord
for record in SeedRecord.objects.all():
    print(record.take().hex())
"""
# Reads scripts, each a line of JSON, and answers each with what it printed.
OPERATOR = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.db import connections
for line in sys.stdin:
    printed, error = io.StringIO(), ""
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(json.loads(line), "script", "exec"), {})
        except Exception:
            error = traceback.format_exc()
    connections.close_all()
    print(json.dumps({"printed": printed.getvalue(), "error": error}), flush=True)
"""
PASSWORD = "lakeside-demo"


class Portal:
    """A running portal, whose data can be put back to how the demo starts."""

    def __init__(self, *, folder: Path, address: str = "") -> None:
        self.folder = folder
        self.address = address
        self._operator: subprocess.Popen[str] | None = None

    @property
    def database(self) -> Path:
        return self.folder / "portal.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "epcs_portal.settings.demo",
            "EPCS_DEMO_DIR": str(self.folder),
            "EPCS_DEMO_URL": self.address,
        }

    def prepare(self) -> None:
        """Make the demo's data, as `make demo` does, and note the secrets in them."""
        self.manage("migrate", "--verbosity=0")
        self.run(FILL)
        _copy(self.database, self.folder / "start.sqlite3")
        markers.note("seeds", *self.run(TELL_SEEDS).split())
        markers.note("pins", *(person.pin for person in PEOPLE if person.pin))
        markers.note("passwords", PASSWORD)
        drawn = json.loads((self.folder / "demo-secrets.json").read_text())
        sealing_key = base64.b64decode(drawn["sealing_keys"].partition(":")[2])
        markers.note("keys", drawn["secret_key"].encode().hex(), sealing_key.hex())
        markers.note("keys", drawn["webhook_secret"].encode().hex())

    def start_over(self) -> None:
        """Put the data back; the server keeps running and notices nothing but the data."""
        _copy(self.folder / "start.sqlite3", self.database)

    def keep(self, name: str) -> None:
        """Leave a copy of the database for the leak scan."""
        (self.folder / "kept").mkdir(exist_ok=True)
        _copy(self.database, self.folder / "kept" / f"{name}.sqlite3")

    def run(self, script: str) -> str:
        """Run a few lines inside the portal, as its operator could, and return what they print.

        One process runs them all: to start one for each takes longer than most of them.
        """
        if self._operator is None:
            self._operator = subprocess.Popen(
                [PYTHON, "-c", OPERATOR],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._operator.stdin is not None
        assert self._operator.stdout is not None
        self._operator.stdin.write(json.dumps(script) + "\n")
        self._operator.stdin.flush()
        said: dict[str, str] = json.loads(self._operator.stdout.readline())
        assert said["error"] == "", said["error"]
        return said["printed"]

    def dismiss(self) -> None:
        """Let the process that runs scripts end."""
        if self._operator is not None:
            self._operator.communicate(timeout=10)
            self._operator = None

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [PYTHON, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running_portal() -> Iterator[Portal]:
    """Prepare the demo's data once; serve them on a free port, with the demo's own worker."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for folder in ("logs", "broker/queue", "broker/control"):
        (FOLDER / folder).mkdir(parents=True)
    port = free_port()
    portal = Portal(folder=FOLDER, address=f"http://127.0.0.1:{port}")
    portal.prepare()
    named = ["env", *(f"{name}={value}" for name, value in portal.environment.items())]
    with ExitStack() as services:
        for service in (web_server(port=port, folder=FOLDER), worker(folder=FOLDER)):
            command, log = [*named, *service.command], service.log
            running = served(command, folder=ROOT, user=None, log=log, answers=service.is_ready)
            services.enter_context(running)
        services.callback(portal.dismiss)
        yield portal


def _copy(original: Path, copy: Path) -> None:
    """Replace the content of ``copy``, which may be in use: SQLite's own backup locks it."""
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
