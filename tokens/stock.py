"""Tokens nobody holds yet: finding one by its serial, and how far it was ever spent."""

from __future__ import annotations

import secrets

from django.db.models import Max

from tokens.models import HardToken, SeedRecord

_NOBODYS_SEED = secrets.token_bytes(20)


def free_seed_record(serial: str) -> SeedRecord | None:
    """Return the stock record with this serial, unless somebody's live token stands on it."""
    record = SeedRecord.objects.filter(serial=serial).first()
    is_taken = HardToken.live().filter(seed_record__serial=serial).exists()
    return None if is_taken else record


def decoy(serial: str) -> SeedRecord:
    """Return a record that no password fits: an unknown serial costs what a known one does."""
    record = SeedRecord(serial=serial)
    record.put(_NOBODYS_SEED)
    return record


def floor_of(record: SeedRecord) -> int:
    """Return the lowest moving factor nobody has spent, whoever held the token before."""
    earlier = HardToken.objects.filter(seed_record__serial=record.serial)
    highest = earlier.aggregate(Max("next_factor"))["next_factor__max"]
    return max(record.first_factor, highest or 0)
