"""What an order does to the token in stock: promised, let go, called back."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from billing import moves
from billing.models import TokenOrder
from epcs_portal import business_days
from epcs_portal.local_time import day_at
from tokens import spares


def place(order: TokenOrder, *, at: datetime, **columns: object) -> bool:
    """Move the order to be packed, and promise the spare. False: one is on its way already."""
    today = day_at(order.user.time_zone, at)
    expected_on = business_days.after(today, settings.SPARE_ARRIVES_WITHIN)
    reservation = spares.promise(
        order.user,
        order=order.pk,
        number=order.number,
        destination=order.get_destination_display(),
        expected_on=expected_on,
        at=at,
    )
    order.move(
        moves.Status.PAID,
        paid_at=at,
        expected_on=expected_on,
        reservation=reservation,
        **columns,
    )
    return reservation is not None


def let_go(order: TokenOrder, *, at: datetime) -> None:
    """The order ended. A token at our desk is free again; one that left is nobody's."""
    if order.reservation is None:
        return
    if order.reservation.sent_at is None:
        spares.end(order.reservation, at=at)
    else:
        spares.recall(order.reservation, at=at)
