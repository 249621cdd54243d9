from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.sealing import ERASED, SealBroken, SealedRow, current_key_id
from epcs_portal.tables import require_tables


class Command(BaseCommand):
    help = (
        "Seal every stored secret with the first key of SEALING_KEYS. Put the new key first, keep"
        " the old one behind it, restart everything that runs, then run this; when it ends with"
        " status 0 the old key can go. Safe to interrupt and to run again. Ends with status 1 and"
        " names the rows if some do not open."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Open everything, write nothing")
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction")

    def handle(self, *args: Any, dry_run: bool, batch: int, **options: Any) -> None:
        require_tables(*_models())
        broken: list[str] = []
        left = 0
        for model in _models():
            total = _due(model).count()
            walked = 0
            for rows in _batches(model, batch):
                broken += _open_all(rows) if dry_run else _reseal_all(model, rows)
                walked += len(rows)
                self.stdout.write(f"{model._meta.label}: {walked:,} of {total:,}")
            left += _due(model).count()
        for line in broken:
            self.stderr.write(line)
        if broken:
            raise CommandError(f"Rows that do not open: {len(broken):,}. Keep the keys they name.")
        if dry_run:
            self.stdout.write(f"Rows that would be sealed with {current_key_id()}: {left:,}.")
        elif left:
            raise CommandError(f"Rows changed meanwhile: {left:,}. Run this again.")
        else:
            self.stdout.write(f"Everything is sealed with {current_key_id()}.")


def _models() -> list[type[SealedRow]]:
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]


def _due(model: type[SealedRow]) -> Any:
    sealed_with_another = model._base_manager.exclude(sealed_with__in=[current_key_id(), ERASED])
    return sealed_with_another.order_by("pk")


def _batches(model: type[SealedRow], size: int) -> Iterator[list[SealedRow]]:
    last = UUID(int=0)
    while rows := list(_due(model).filter(pk__gt=last)[:size]):
        yield rows
        last = rows[-1].pk


def _open_all(rows: list[SealedRow]) -> list[str]:
    broken = []
    for row in rows:
        try:
            row.take()
        except SealBroken as why:
            broken.append(f"{row._meta.label} {row.pk} ({row.seal_label}): {why}")
    return broken


def _reseal_all(model: type[SealedRow], rows: list[SealedRow]) -> list[str]:
    broken, resealed, at = [], 0, timezone.now()
    with audited_transaction() as trail:
        for row in rows:
            try:
                resealed += row.reseal()
            except SealBroken as why:
                broken.append(f"{row._meta.label} {row.pk} ({row.seal_label}): {why}")
        for event, count in (
            (Event.SEALING_KEY_ROTATED, resealed),
            (Event.SEALING_KEY_ROTATION_FAILED, len(broken)),
        ):
            if count:
                kind, key = model._meta.label, current_key_id()
                trail.record(event, at=at, subject="sealing key", kind=kind, rows=count, key=key)
    return broken
