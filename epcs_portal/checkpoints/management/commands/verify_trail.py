from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from epcs_portal import signing_key
from epcs_portal.audit import triggers
from epcs_portal.audit.inspection import inspect_trail
from epcs_portal.audit.models import AuditEvent
from epcs_portal.checkpoints import folder
from epcs_portal.checkpoints.checkpoint import (
    DIGITS,
    Checkpoint,
    CheckpointRefused,
    digest_of,
    read,
)
from epcs_portal.checkpoints.comparison import differences, missing
from epcs_portal.signing_key import SigningKeyUnavailable
from epcs_portal.tables import require_tables


class Command(BaseCommand):
    help = (
        "Walk every chain of the audit trail and name the first broken link of each: an event"
        " altered, deleted or added, or a head that does not agree with the last event. Ends"
        " with status 1 if anything is wrong. A chain has to be there once a person whose events"
        " it holds has signed in. The triggers that guard the trail are compared with what the"
        " migration made. A tail cut off or written anew together with its head, and a chain"
        " deleted whole, are seen by comparing with the signed checkpoints in CHECKPOINT_DIR and"
        " in the files given. A checkpoint that the trail tells of has to be among them, and a file"
        " in the folder has to be of the day in its name. Not seen: what was cut from the"
        " events after the newest checkpoint."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoint",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="A checkpoint kept elsewhere, also the text of its letter. May be repeated.",
        )
        parser.add_argument(
            "--certificate",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="A certificate (PEM) whose checkpoints are believed, besides that of the signing"
            " key in use: of a former key, or on a machine without the key. May be repeated.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables(AuditEvent, get_user_model())
        self.wrong = 0
        self.digests: set[str] = set()
        for name in triggers.faulty(connection):
            self._fault(
                f"The database does not guard the trail: trigger {name} is not as it was made."
            )
        chains, events = self._walk()
        self._compare(options["checkpoint"], self._trusted(options["certificate"]))
        if self.wrong:
            raise CommandError(f"The audit trail is not whole. Faults: {self.wrong:,}.")
        self.stdout.write(f"The audit trail is whole: {events:,} events in {chains:,} chains.")

    def _walk(self) -> tuple[int, int]:
        chains, events = 0, 0
        for report in inspect_trail(self._progress):
            chains += 1
            events += report.events
            if report.broken:
                self._fault(
                    f"{report.chain}: broken at {report.broken.sequence}: {report.broken.what}."
                )
            else:
                self.stdout.write(f"{report.chain}: whole, {report.events:,} events.")
        return chains, events

    def _compare(self, given: list[Path], trusted: dict[str, str]) -> None:
        checkpoints = list(self._read([*folder.files(), *given], trusted))
        for sentence in [*differences(checkpoints), *missing(self.digests)]:
            self._fault(sentence)
        if checkpoints:
            newest = max(checkpoint.day for checkpoint in checkpoints)
            self.stdout.write(f"Compared with {len(checkpoints):,} checkpoints, up to {newest}.")
        else:
            self.stdout.write("No checkpoint to compare with: a cut tail would not be seen.")

    def _read(self, files: list[Path], trusted: dict[str, str]) -> Iterator[Checkpoint]:
        for file in files:
            try:
                content = file.read_bytes()
                self.digests.add(digest_of(content)[:DIGITS])
                yield read(content, trusted=trusted, of=folder.day_in(file))
            except CheckpointRefused as refused:
                self._fault(f"Checkpoint {file.name} proves nothing: {refused}.")
            except OSError as error:
                raise CommandError(f"{file} cannot be read: {error.strerror}.") from None

    def _trusted(self, files: list[Path]) -> dict[str, str]:
        """Return the certificates that are believed. None comes from the database or a file."""
        try:
            pems = [file.read_text("ascii") for file in files]
            trusted = {signing_key.key_id_of(pem): pem for pem in pems}
        except (OSError, ValueError) as error:
            raise CommandError(f"A certificate cannot be read: {error}") from None
        try:
            own = signing_key.current(at=timezone.now()).certificate
        except SigningKeyUnavailable as unavailable:
            self.stdout.write(f"{unavailable} Checkpoints need --certificate.")
            return trusted
        return trusted | {signing_key.key_id_of(own): own}

    def _fault(self, sentence: str) -> None:
        self.wrong += 1
        self.stderr.write(sentence)

    def _progress(self, chain: str, walked: int, counted: int) -> None:
        if walked < counted:
            self.stdout.write(f"{chain}: {walked:,} of {counted:,}")
