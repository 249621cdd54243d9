"""Write the record of one signed prescription to files that openssl verifies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from epcs_portal.refusals import Refusal
from prescriptions.flows.export_record import export_record


class Command(BaseCommand):
    help = (
        "Write the signed record, its signature and the certificate of one prescription to files, "
        "and print the two openssl commands that verify them. The record holds patient data."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="as on the signed page, for example RX-7F3A-20418")
        parser.add_argument("--to", type=Path, default=Path(), help="folder; this one if not given")

    def handle(self, *, reference: str, to: Path, **options: Any) -> None:
        try:
            signature = export_record(reference=reference, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        files = {
            f"{reference}.json": signature.record.encode(),
            f"{reference}.sig": bytes(signature.signature),
            f"{reference}.pem": signature.certificate.pem.encode(),
        }
        try:
            to.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (to / name).touch(mode=0o600)
                (to / name).write_bytes(content)
        except OSError as error:
            raise CommandError(f"Cannot write to {to}: {error.strerror}.") from None
        self.stdout.write(f"Wrote {', '.join(files)} to {to.resolve()}. Verify them there with:")
        self.stdout.write(f"  openssl x509 -in {reference}.pem -pubkey -noout > {reference}.pub")
        self.stdout.write(
            f"  openssl dgst -sha256 -verify {reference}.pub"
            f" -signature {reference}.sig {reference}.json"
        )
