"""Take a manufacturer's seed file into stock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from epcs_portal.refusals import Refusal
from tokens.flows.import_seed_records import import_seed_records, judged
from tokens.seed_files import LARGEST_FILE, SeedFileUnreadable, read_csv


class Command(BaseCommand):
    help = (
        "Take a seed file (CSV: serial,secret_hex,counter) into stock. Prints a verdict per line; "
        "one bad line and nothing is imported. A serial that is in stock is refused, so a seed is "
        "never replaced and a counter never rewound. Delete the file afterwards: it holds seeds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="judge, and import nothing")

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            with file.open("rb") as stream:
                content = stream.read(LARGEST_FILE + 1)
            rows = judged(read_csv(content))
        except OSError as error:
            raise CommandError(f"Cannot read {file}: {error.strerror}.") from None
        except SeedFileUnreadable as error:
            raise CommandError(str(error)) from None
        for row in rows:
            verdict = row.problem or "ok"
            self.stdout.write(f"line {row.line}: {row.serial or '(no serial)'}: {verdict}")
        if dry_run:
            bad = sum(1 for row in rows if row.problem)
            self.stdout.write(f"Dry run: {len(rows) - bad} ok, {bad} refused, nothing imported.")
            return
        try:
            count = import_seed_records(rows=rows, content=content, actor=None, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Imported {count} tokens. Delete {file} now: it holds their seeds.")
