"""Take a manufacturer's seed file into stock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from epcs_portal.refusals import Refusal
from tokens.flows.import_seed_records import import_seed_records, judged
from tokens.pskc import LARGEST_OPENER, Opener, read_rows
from tokens.pskc_document import is_xml
from tokens.seed_files import LARGEST_FILE, SeedFileUnreadable


class Command(BaseCommand):
    help = (
        "Take a seed file into stock: PSKC (RFC 6030), or CSV (serial,secret_hex,counter). Prints "
        "a verdict per token; one that is wrong and nothing is imported. A serial that is in stock "
        "is refused, so a seed is never replaced and a counter never rewound. Delete the file "
        "afterwards: it holds seeds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="judge, and import nothing")
        opener = parser.add_mutually_exclusive_group()
        opener.add_argument(
            "--key-file", type=Path, help="the pre-shared key of a PSKC file, in hexadecimal"
        )
        opener.add_argument("--password-file", type=Path, help="the password of a PSKC file")
        parser.add_argument(
            "--allow-plain", action="store_true", help="take a PSKC file with seeds in clear"
        )

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        at = timezone.now()
        try:
            content = _start_of(file, LARGEST_FILE)
            opener = _opener(options["key_file"], options["password_file"])
            plain = options["allow_plain"] or settings.DEMO
            rows = judged(read_rows(content, opener=opener, plain_allowed=plain, at=at))
        except OSError as error:
            raise CommandError(f"Cannot read {error.filename}: {error.strerror}.") from None
        except SeedFileUnreadable as error:
            raise CommandError(str(error)) from None
        for row in rows:
            verdict = row.problem or "ok"
            self.stdout.write(f"{row.place}: {row.serial or '(no serial)'}: {verdict}")
        if dry_run:
            bad = sum(1 for row in rows if row.problem)
            self.stdout.write(f"Dry run: {len(rows) - bad} ok, {bad} refused, nothing imported.")
            return
        try:
            count = import_seed_records(
                rows=rows,
                content=content,
                file_format="pskc" if is_xml(content) else "csv",
                protection=opener.protection.value,
                actor=None,
                at=at,
            )
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Imported {count} tokens. Delete {file} now: it holds their seeds.")


def _start_of(file: Path, largest: int) -> bytes:
    """Read one byte more than is taken at most, so that a reader sees a file is too large."""
    with file.open("rb") as stream:
        return stream.read(largest + 1)


def _opener(key_file: Path | None, password_file: Path | None) -> Opener:
    if key_file is not None:
        return Opener.from_key_file(_start_of(key_file, LARGEST_OPENER))
    if password_file is not None:
        return Opener.from_password_file(_start_of(password_file, LARGEST_OPENER))
    return Opener()
