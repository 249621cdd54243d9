"""Entering and removing backup phones, inside the caller's transaction.

The row of the person's codes is locked first (``out_of_band.lock_person``), so that of two tabs one
takes the third place. The database has the last word: places and numbers are unique.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from tokens.models import BackupPhone

if TYPE_CHECKING:
    from accounts.models import User


def free_place(user: User) -> int | None:
    """Return the lowest of the three places that is free, or None."""
    taken = set(BackupPhone.live().filter(user=user).values_list("place", flat=True))
    places = range(1, settings.BACKUP_PHONES + 1)
    return next((place for place in places if place not in taken), None)


def enter(user: User, number: str, delivery: str, *, place: int, at: datetime) -> BackupPhone:
    phone: BackupPhone = BackupPhone.objects.create(
        user=user, number=number, delivery=delivery, place=place, entered_at=at
    )
    return phone


def confirm(phone: BackupPhone, *, at: datetime) -> None:
    rows = BackupPhone.objects.filter(pk=phone.pk, status=BackupPhone.Status.PENDING)
    rows.update(status=BackupPhone.Status.ACTIVE, confirmed_at=at)


def take_away(phone: BackupPhone, *, reason: str = "", detail: str = "", at: datetime) -> bool:
    """End the phone, whose row stays. Of two requests one does it."""
    rows = BackupPhone.live().filter(pk=phone.pk)
    removed = BackupPhone.Status.REMOVED
    return bool(rows.update(status=removed, removed_at=at, reason=reason, detail=detail))


def deliver_by(phone: BackupPhone, delivery: str) -> None:
    BackupPhone.objects.filter(pk=phone.pk).update(delivery=delivery)
    phone.delivery = delivery
