"""Open a practice, or add people to one."""

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
        "those who are not there yet. All of it or nothing. Nobody can sign by it: each needs a "
        "sign-in password (changepassword), prescribers a proofing by support and access by two."
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
        for user in added:
            self.stdout.write(f"Added {user.username}: {user.full_name}, {user.role}.")
        self.stdout.write(f"{practice['name']}: {len(added)} added, {len(people)} in the file.")
