"""Verify every archived record of a signed prescription."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from epcs_portal.tables import require_tables
from prescriptions.inspection import faults
from prescriptions.models import Signature


class Command(BaseCommand):
    help = (
        "Verify the digital signature of every signed prescription with the certificate it was "
        "signed under, and compare the triggers that keep them with what the migration made. "
        "Names what does not verify, and ends with status 1 if there is any. A signature that was "
        "deleted together with its prescription is not missed here: the audit trail names it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables(Signature)
        wrong = 0
        for fault in faults(self._progress):
            wrong += 1
            self.stderr.write(fault)
        if wrong:
            raise CommandError(f"What was signed is not whole. Faults: {wrong:,}.")
        self.stdout.write("What was signed is whole.")

    def _progress(self, looked_at: int, counted: int) -> None:
        self.stdout.write(f"signatures: {looked_at:,} of {counted:,}")
