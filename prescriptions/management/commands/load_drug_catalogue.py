"""Load the catalogue of what can be prescribed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from prescriptions.catalogue_files import (
    BUNDLED,
    LARGEST_FILE,
    CatalogueUnreadable,
    read_catalogue,
)
from prescriptions.flows.load_drug_catalogue import Loaded, load_drug_catalogue


class Command(BaseCommand):
    help = (
        "Load the catalogue of medications: all of the file, or nothing. A product is known by its "
        "name, strength and form. One that the file lacks stays. Prescriptions keep the schedule "
        "they were composed with; a draft takes the new one when it is saved again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, nargs="?", default=BUNDLED, help="CSV; default: the portal's own"
        )
        parser.add_argument(
            "--date",
            type=date.fromisoformat,
            dest="dated",
            help="of the catalogue, such as 2026-11-01; default: today",
        )

    def handle(self, *, file: Path, dated: date | None, **options: Any) -> None:
        at = timezone.now()
        try:
            with file.open("rb") as stream:
                rows = read_catalogue(stream.read(LARGEST_FILE + 1))
        except OSError as error:
            raise CommandError(f"Cannot read {error.filename}: {error.strerror}.") from None
        except CatalogueUnreadable as error:
            raise CommandError(f"Nothing was loaded. {error}") from None
        dated = dated or timezone.localdate(at)
        self._tell(load_drug_catalogue(rows=rows, dated=dated, at=at), dated)

    def _tell(self, loaded: Loaded, dated: date) -> None:
        for drug in loaded.added:
            self.stdout.write(f"added: {drug} ({drug.get_schedule_display()})")
        for drug, before in loaded.changed:
            self.stdout.write(f"changed: {drug}: {before}")
        for drug in loaded.not_in_file:
            self.stdout.write(f"not in this file, kept: {drug} ({drug.get_schedule_display()})")
        for drug, before in loaded.rescheduled:
            line = f"SCHEDULE CHANGED: {drug}: {before} -> {drug.get_schedule_display()}"
            self.stdout.write(self.style.WARNING(line))
        self.stdout.write(
            f"Catalogue of {dated}: {len(loaded.added)} added, {len(loaded.changed)} changed, "
            f"{len(loaded.rescheduled)} with another schedule, {len(loaded.unchanged)} unchanged, "
            f"{len(loaded.not_in_file)} not in this file."
        )
