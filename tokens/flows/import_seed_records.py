"""Take a manufacturer's file into stock: all of it, or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.local_time import day
from epcs_portal.refusals import Refusal
from tokens.models import SeedBatch, SeedRecord
from tokens.seed_files import SeedRow

if TYPE_CHECKING:
    from accounts.models import User


class SeedFileRefused(Refusal):
    code = "seed-file-refused"

    @property
    def sentence(self) -> str:
        bad, are = self.facts["bad"], "is" if self.facts["bad"] == 1 else "are"
        return f"Nothing was imported: {bad} of {self.facts['rows']} rows {are} wrong."


class SeedFileEmpty(Refusal):
    code = "seed-file-empty"
    text = "Nothing was imported: the file has no rows."


class SeedFileImportedBefore(Refusal):
    code = "seed-file-imported-before"
    text = "Nothing was imported: this very file was imported on {day}."


def judged(rows: list[SeedRow]) -> list[SeedRow]:
    """Return the rows with what stock says of them: a serial that is there is refused.

    So a seed is never replaced, and a counter never rewound.
    """
    known: set[str] = set()
    serials = [row.serial for row in rows if not row.problem]
    for start in range(0, len(serials), 500):
        some = SeedRecord.objects.filter(serial__in=serials[start : start + 500])
        known.update(some.values_list("serial", flat=True))
    problem = "the serial number is already in stock; a seed is never replaced"
    return [
        replace(row, problem=problem) if not row.problem and row.serial in known else row
        for row in rows
    ]


def import_seed_records(
    *,
    rows: list[SeedRow],
    content: bytes,
    file_format: str,
    protection: str,
    actor: User | None,
    at: datetime,
) -> int:
    """Return how many tokens are new in stock. The file is not kept; its SHA-256 and format are.

    ``protection`` is what the seeds were encrypted with on their way here, for the trail.

    Refused: a file with any row that is wrong or already in stock, an empty file, and a file
    that was imported before.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with audited_transaction() as trail:
        refusal = _import(rows, sha256, file_format, actor, at)
        trail.record(
            Event.SEEDS_IMPORTED if refusal is None else Event.SEEDS_IMPORT_REFUSED,
            actor=actor,
            subject=f"seed file {sha256[:12]}",
            at=at,
            rows=len(rows),
            sha_of_file=sha256,
            file_format=file_format,
            protection=protection,
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal
    return len(rows)


def _import(
    rows: list[SeedRow], sha256: str, file_format: str, actor: User | None, at: datetime
) -> Refusal | None:
    if not rows:
        return SeedFileEmpty()
    before = SeedBatch.objects.filter(sha256=sha256).first()
    if before is not None:
        return SeedFileImportedBefore(day=day(before.imported_at))
    bad = sum(1 for row in judged(rows) if row.problem)
    if bad:
        return SeedFileRefused(bad=bad, rows=len(rows))
    try:
        with transaction.atomic():
            _store(rows, sha256, file_format, actor, at)
    except IntegrityError:  # another import took one of the serials at this moment
        return SeedFileRefused(bad=1, rows=len(rows))
    return None


def _store(
    rows: list[SeedRow], sha256: str, file_format: str, actor: User | None, at: datetime
) -> None:
    batch = SeedBatch.objects.create(
        sha256=sha256, file_format=file_format, imported_at=at, imported_by=actor
    )
    records = [
        SeedRecord(
            serial=row.serial,
            batch=batch,
            moving_factor=row.moving_factor,
            algorithm=row.algorithm,
            period=row.period,
            first_factor=row.first_factor,
            expires_at=row.expires_at,
        )
        for row in rows
    ]
    for record, row in zip(records, rows, strict=True):
        record.put(row.secret)
    SeedRecord.objects.bulk_create(records, batch_size=500)
