from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from epcs_portal.audit import triggers
from epcs_portal.audit.inspection import inspect_trail
from epcs_portal.audit.models import AuditEvent
from epcs_portal.tables import require_tables


class Command(BaseCommand):
    help = (
        "Walk every chain of the audit trail and name the first broken link of each: an event"
        " altered, deleted or added, or a head that does not agree with the last event. Ends"
        " with status 1 if anything is wrong. A chain has to be there once a person whose events"
        " it holds has signed in. The triggers that guard the trail are compared with what the"
        " migration made. Not seen from inside the database: a tail that was cut off, or written"
        " anew, together with the head; and a whole chain deleted together with its head, where"
        " nobody had signed in or the marks of it (accounts_user.last_login) were taken away as"
        " well. Seeing that takes a signed head kept elsewhere, which comes later."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables(AuditEvent, get_user_model())
        wrong, chains, events = 0, 0, 0
        for name in triggers.faulty(connection):
            wrong += 1
            self.stderr.write(
                f"The database does not guard the trail: trigger {name} is not as it was made."
            )
        for report in inspect_trail(self._progress):
            chains += 1
            events += report.events
            if report.broken:
                wrong += 1
                self.stderr.write(
                    f"{report.chain}: broken at {report.broken.sequence}: {report.broken.what}."
                )
            else:
                self.stdout.write(f"{report.chain}: whole, {report.events:,} events.")
        if wrong:
            raise CommandError(f"The audit trail is not whole. Faults: {wrong:,}.")
        self.stdout.write(f"The audit trail is whole: {events:,} events in {chains:,} chains.")

    def _progress(self, chain: str, walked: int, counted: int) -> None:
        if walked < counted:
            self.stdout.write(f"{chain}: {walked:,} of {counted:,}")
