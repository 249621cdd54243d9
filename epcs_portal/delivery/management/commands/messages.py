"""List messages: those that wait, or those that were given up."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from epcs_portal.delivery import selectors
from epcs_portal.delivery.models import Message
from epcs_portal.tables import require_tables


class Command(BaseCommand):
    help = "Lists the messages that wait; with --dead those that were given up, and why. No words."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dead", action="store_true", help="what was given up")
        parser.add_argument("--limit", type=int, default=100)

    def handle(self, *, dead: bool, limit: int, **_options: Any) -> None:
        require_tables(Message)
        rows = selectors.dead() if dead else selectors.waiting()
        total = rows.count()
        for row in rows[:limit]:
            when = timezone.localtime(row.created_at)
            why = row.trouble.sentence if row.trouble else ""
            line = [f"{when:%Y-%m-%d %H:%M:%S %Z}", str(row.pk), str(row)]
            self.stdout.write("  ".join([*line, f"attempts: {row.attempts}", why]).rstrip())
        kind = "given up" if dead else "waiting"
        self.stdout.write(f"{min(total, limit):,} of {total:,} messages {kind}.")
