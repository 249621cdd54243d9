"""Open a practice, or add people and DEA registrations to one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.flows.open_practice import open_practice
from accounts.practice_files import PracticeFileUnreadable, read_practice
from epcs_portal.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Open a practice with its people, from a TOML file (docs/practice.example.toml), or add "
        "people and DEA registrations that are not there yet. All of it or nothing. Nobody can "
        "sign by it: each needs a sign-in password (changepassword), prescribers a proofing by "
        "support and access by two, which who gets a new registration needs anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            practice, people = read_practice(file.read_text())
            added = open_practice(practice=practice, people=people, at=timezone.now())
        except OSError as error:
            raise CommandError(f"Cannot read {error.filename}: {error.strerror}.") from None
        except (PracticeFileUnreadable, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from None
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        for user in added.people:
            self.stdout.write(f"Added {user.username}: {user.full_name}, {user.role}.")
        for row in added.registrations:
            whose = row.prescriber.user.username
            self.stdout.write(f"Added DEA registration {row} of {whose}: two give access anew.")
        told = f"{len(added.people)} added, {len(people)} in the file."
        self.stdout.write(f"{practice['name']}: {told}")
