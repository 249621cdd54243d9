"""Press a virtual token's button from the terminal."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from epcs_portal.demo.models import VirtualFob
from tokens.serials import plain_serial


class Command(BaseCommand):
    help = "Presses the button of a virtual token of the demo and prints the six digits it shows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("serial", help="on the back of the token, for example GALH12345678")
        parser.add_argument(
            "--times", type=_times, default=1, help="Press so often; only the last is printed."
        )

    def handle(self, *, serial: str, times: int, **_options: Any) -> None:
        serial = plain_serial(serial)
        fobs = VirtualFob.objects.select_related("seed_record")
        try:
            fob = fobs.filter(seed_record__serial=serial).first()
        except OperationalError:
            raise CommandError("The demo has no data yet. Start it once: make demo") from None
        if fob is None:
            raise CommandError(
                "There is no virtual token with this serial number."
                " The demo prints those it has when it starts."
            )
        self.stdout.write(fob.press(times=times, at=timezone.now()))


def _times(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise ArgumentTypeError(f"{text!r} is no number of presses.")
    return int(text)
