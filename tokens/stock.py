"""Tokens nobody holds yet: finding one by its serial, and how far it was ever spent."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max, Q

from tokens.models import SEED_IS_SPENT, HardToken, Reservation, SeedRecord

if TYPE_CHECKING:
    from accounts.models import User

_NOBODYS_SEED = secrets.token_bytes(20)


def free_seed_record(serial: str, *, for_user: User, at: datetime) -> SeedRecord | None:
    """Return the stock record with this serial, locked, if this person may bind it.

    Who reserves or binds it at this moment comes before or after, and finds what the other did.
    Not one that somebody holds, that is on its way to somebody else, that is expired, or that was
    ever lost, stolen, used by others or broken (SP 800-63B section 4.3).
    """
    # Its key stays free: the foreign keys of what is bound and reserved ask for that at the commit.
    # On SQLite the lock is a no-op: there the transaction itself is exclusive.
    locked = SeedRecord.objects.select_for_update(no_key=True)
    record = locked.filter(serial=serial).first()
    tokens = HardToken.objects.filter(seed_record__serial=serial)
    is_spent = ~Q(status=HardToken.Status.REMOVED) | Q(reason__in=SEED_IS_SPENT)
    is_gone = tokens.filter(is_spent | Q(reported_at__isnull=False)).exists()
    reserved = Reservation.objects.filter(seed_record__serial=serial, ended_at=None)
    is_promised = reserved.exclude(user=for_user).exists()
    is_expired = record is not None and record.is_expired(at)
    return None if is_gone or is_promised or is_expired else record


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
