"""Deleting many rows without making anybody wait."""

from __future__ import annotations

from typing import Any

from django.db import models

BATCH = 500  # rows deleted at a time, each time in a transaction of its own
BATCHES = 40  # in one run; the rest is left to the next


def delete_in_batches(
    rows: models.QuerySet[Any], *, batch: int = BATCH, batches: int = BATCHES
) -> int:
    """Delete up to ``batch * batches`` of the rows; return how many."""
    total = 0
    for _ in range(batches):
        keys = list(rows.values_list("pk", flat=True)[:batch])
        total += rows.filter(pk__in=keys).delete()[0]
        if len(keys) < batch:
            break
    return total
