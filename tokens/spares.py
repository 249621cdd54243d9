"""A spare on its way to one person: promised, taken from stock, sent, added or taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tokens import binding, stock
from tokens.models import HardToken, Reservation

if TYPE_CHECKING:
    from accounts.models import User


def promise(
    user: User,
    *,
    order: UUID,
    number: str,
    destination: str,
    expected_on: date,
    at: datetime,
) -> Reservation | None:
    """Return the reservation, which has no token yet; None where a spare is on its way already."""
    binding.lock_person(user)
    if is_promised(user):
        return None
    return Reservation.objects.create(
        user=user,
        order=order,
        order_number=number,
        destination=destination,
        ordered_at=at,
        expected_on=expected_on,
    )


def is_promised(user: User) -> bool:
    return Reservation.objects.filter(user=user, ended_at=None, recalled_at=None).exists()


def take_from_stock(reservation: Reservation, serial: str, *, agent: User, at: datetime) -> str:
    """Reserve the token with this serial. Return why it is not free in stock, or ""."""
    binding.lock_person(reservation.user)
    record, trouble = stock.seed_record_and_trouble(serial, for_user=reservation.user, at=at)
    if record is None or trouble:
        return trouble
    rows = Reservation.objects.filter(pk=reservation.pk, ended_at=None, recalled_at=None)
    rows.update(seed_record=record, reserved_by=agent, reserved_at=at)
    reservation.refresh_from_db()
    return ""


def send(reservation: Reservation, *, expected_on: date, at: datetime) -> None:
    Reservation.objects.filter(pk=reservation.pk).update(sent_at=at, expected_on=expected_on)


def end(reservation: Reservation, *, at: datetime) -> None:
    """The token, if one was taken, is free in stock again."""
    Reservation.objects.filter(pk=reservation.pk, ended_at=None).update(ended_at=at)


def recall(reservation: Reservation, *, at: datetime) -> bool:
    """It left, and is nobody's any more, until it came back. Return whether this did it."""
    rows = Reservation.objects.filter(pk=reservation.pk, ended_at=None, recalled_at=None)
    return bool(rows.update(recalled_at=at))


def was_added(reservation: Reservation) -> datetime | None:
    """Return when its owner bound the token; None if that never happened."""
    bound = HardToken.objects.filter(
        user=reservation.user_id,
        seed_record=reservation.seed_record_id,
        bound_at__gte=reservation.reserved_at or reservation.ordered_at,
    )
    return bound.values_list("bound_at", flat=True).order_by("bound_at").first()
