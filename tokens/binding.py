"""Fixing a token to one person, inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from epcs_portal.sealing import SealBroken
from tokens import stock, verification
from tokens.models import BindingTries, HardToken, Reservation

if TYPE_CHECKING:
    from accounts.models import User


def lock_person(user: User) -> BindingTries:
    """Make this person's bindings queue up, so that two tabs bind once."""
    BindingTries.objects.get_or_create(user=user)
    # On SQLite the lock is a no-op: there the transaction itself is exclusive.
    return BindingTries.objects.select_for_update(no_key=True).get(user=user)


def count_try(row: BindingTries, *, at: datetime) -> datetime | None:
    """Count one try of the person. Return when they may go on, if their tries are used up."""
    period = settings.PAIR_TRIES_PERIOD
    again_at = row.tries.used_up_until(at, allowed=settings.PAIR_TRIES, period=period)
    if again_at is not None:
        return again_at
    counted = row.tries.after_one(at, period=period)
    row.made, row.since = counted.made, counted.since
    row.save()
    return None


def forget_tries(row: BindingTries) -> None:
    row.made, row.since = 0, None
    row.save()


def bind_hard_token(
    *,
    user: User,
    serial: str,
    first: str,
    second: str,
    is_phone_bound: bool = False,
    at: datetime,
) -> HardToken | None:
    """Bind the free token with this serial, if the two passwords are its own.

    An unknown or taken serial costs the same work and gives the same answer: None. Raise
    SealBroken, after that work too, when the record's seed does not open.
    """
    free = stock.free_seed_record(serial, for_user=user, at=at)
    record = free or stock.decoy(serial)
    floor = stock.floor_of(record)
    try:
        state = verification.find_pair(record, first, second, floor=floor, at=at)
    except SealBroken:
        verification.find_pair(stock.decoy(serial), first, second, floor=floor, at=at)
        raise
    if free is None or state is None:
        return None
    try:
        with transaction.atomic():
            token: HardToken = HardToken.objects.create(
                user=user,
                name="Hardware Token",
                seed_record=record,
                is_phone_bound=is_phone_bound,
                bound_at=at,
                next_factor=state.next_factor,
                drift=state.drift,
            )
            Reservation.objects.filter(seed_record=record, ended_at=None).update(ended_at=at)
            return token
    except IntegrityError:  # somebody else bound it at this moment
        return None
