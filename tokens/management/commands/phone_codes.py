"""Stop and start the codes that go out by text and call, for the whole portal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from epcs_portal.tables import require_tables
from tokens.flows.stop_codes import start_codes, stop_codes
from tokens.models import CodesStopped


class Command(BaseCommand):
    help = (
        "Stops sending codes by text and call at once, or starts it again: against toll fraud."
        " Tokens work all the while, and notices go out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["stop", "start"])

    def handle(self, *, what: str, **_options: Any) -> None:
        require_tables(CodesStopped)
        at = timezone.now()
        if what == "stop":
            done = stop_codes(at=at)
            self.stdout.write("Codes are stopped." if done else "Codes were stopped already.")
        else:
            done = start_codes(at=at)
            self.stdout.write("Codes go out again." if done else "Codes were not stopped.")
