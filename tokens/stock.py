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
    record, trouble = seed_record_and_trouble(serial, for_user=for_user, at=at)
    return None if trouble else record


def seed_record_and_trouble(
    serial: str, *, for_user: User, at: datetime
) -> tuple[SeedRecord | None, str]:
    """Return the record, and why this person may not bind it: for support, who know the stock."""
    # Its key stays free: the foreign keys of what is bound and reserved ask for that at the commit.
    # On SQLite the lock is a no-op: there the transaction itself is exclusive.
    locked = SeedRecord.objects.select_for_update(no_key=True)
    record = locked.filter(serial=serial).first()
    tokens = HardToken.objects.filter(seed_record__serial=serial)
    is_spent = ~Q(status=HardToken.Status.REMOVED) | Q(reason__in=SEED_IS_SPENT)
    gone = tokens.filter(is_spent | Q(reported_at__isnull=False)).order_by("-bound_at").first()
    reserved = Reservation.objects.filter(seed_record__serial=serial, ended_at=None)
    is_promised = reserved.exclude(user=for_user, recalled_at=None).exists()
    if record is None:
        return None, "not known"
    if gone is not None:
        return record, never_again(gone) or "somebody has it"
    if is_promised:
        return record, "on its way to somebody, or called back"
    return record, "expired" if record.is_expired(at) else ""


def free_count(*, at: datetime) -> int:
    """Return how many tokens nobody holds, waits for, or ever lost: what can still be packed."""
    held = HardToken.objects.filter(
        ~Q(status=HardToken.Status.REMOVED)
        | Q(reason__in=SEED_IS_SPENT)
        | Q(reported_at__isnull=False)
    )
    waiting = Reservation.objects.filter(ended_at=None, seed_record__isnull=False)
    free = SeedRecord.objects.exclude(pk__in=held.values("seed_record"))
    free = free.exclude(pk__in=waiting.values("seed_record"))
    return free.exclude(expires_at__lte=at).count()


def never_again(token: HardToken) -> str:
    """Return why nobody else ever binds the token; "" while nothing is known against it."""
    if token.status == HardToken.Status.REMOVED and token.reason in SEED_IS_SPENT:
        return f"never bound again: {token.get_reason_display().lower()}"
    return "never bound again: reported lost or stolen" if token.reported_at else ""


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
