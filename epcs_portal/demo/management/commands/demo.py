"""Open the portal in demo mode: `make demo`."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone

from epcs_portal.demo import seed
from epcs_portal.demo.occupancy import Occupied, empty, occupied, refuse_taken_port
from epcs_portal.demo.services import web_server, worker
from epcs_portal.demo.supervisor import ServiceFailed, supervise


class Command(BaseCommand):
    help = "Opens the portal in demo mode: web server and worker, on data of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=_port, default=8000)
        parser.add_argument("--reset", action="store_true", help="Empty the demo's data instead.")

    def handle(self, *, port: int, reset: bool, **_options: Any) -> None:
        try:
            if reset:
                empty(settings.DEMO_DIR)
                self._say(f"Emptied {settings.DEMO_DIR}")
            else:
                self._open(port=port, folder=settings.DEMO_DIR)
        except (Occupied, ServiceFailed) as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(0)

    def _open(self, *, port: int, folder: Path) -> None:
        address = f"http://127.0.0.1:{port}/"
        os.environ["EPCS_DEMO_URL"] = address  # for the services: links in messages lead here
        with occupied(folder, address=address):
            refuse_taken_port(port)
            (folder / "logs").mkdir(exist_ok=True)
            for broker_folder in ("queue", "control"):
                (folder / "broker" / broker_folder).mkdir(parents=True, exist_ok=True)
            with self._step("[3/5] Migrating the database"):
                call_command("migrate", verbosity=0, interactive=False)
            with self._step("[4/5] Filling in the demo practice"):
                seed.fill(at=timezone.now())
            accounts = seed.accounts_table()
            connections.close_all()
            self._serve(port=port, folder=folder, closing_lines=[accounts, f"Ready: {address}"])

    def _serve(self, *, port: int, folder: Path, closing_lines: list[str]) -> None:
        started_at = time.monotonic()
        self._say("[5/5] Starting web server and worker …", ending=" ")

        def on_ready() -> None:
            self._say(f"{time.monotonic() - started_at:.1f} s")
            self._say("\n".join(closing_lines))

        supervise(
            [web_server(port=port, folder=folder), worker(folder=folder)],
            on_ready=on_ready,
            say=self._say,
            # make forwards SIGTERM alone; should it be killed, nobody is left to ask for a stop.
            parent=os.getppid() if "MAKELEVEL" in os.environ else None,
        )

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        started_at = time.monotonic()
        self._say(f"{name} …", ending=" ")
        yield
        self._say(f"{time.monotonic() - started_at:.1f} s")

    def _say(self, text: str, *, ending: str = "\n") -> None:
        self.stdout.write(text, ending=ending)
        self.stdout.flush()


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ArgumentTypeError(f"{text!r} is no port: choose a number from 1 to 65535.")
    return int(text)
