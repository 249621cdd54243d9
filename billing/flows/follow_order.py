"""What became of a spare that left: it was added, or nobody added it in time."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from billing import moves, settling
from billing.models import TokenOrder
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from tokens import notices, spares
from tokens.models import SecurityNotice


def follow_order(*, order: TokenOrder, at: datetime) -> None:
    """Move the order of a token that was added; call back one that was not, after 30 days.

    Called back, the token is nobody's: should it have been lost, its finder cannot add it.
    """
    with audited_transaction() as trail:
        order = settling.locked(order.pk)
        reservation = order.reservation
        if reservation is None or order.status not in moves.UNDER_WAY:
            return
        added_at = spares.was_added(reservation) if reservation.ended_at else None
        is_late = (
            reservation.sent_at is not None
            and reservation.sent_at <= at - settings.SPARE_RECALLED_AFTER
        )
        if added_at is not None:
            order.move(moves.Status.ACTIVATED, activated_at=added_at)
            _say(trail, Event.ORDER_ACTIVATED, order, at=at)
        elif is_late and spares.recall(reservation, at=at):
            _say(trail, Event.ORDER_RECALLED, order, at=at)
            subject = f"hard token {reservation.serial}"
            notices.note(order.user, SecurityNotice.Change.SPARE_RECALLED, subject=subject, at=at)


def _say(trail: Trail, event: Event, order: TokenOrder, *, at: datetime) -> None:
    trail.record(event, at=at, person=order.user, subject=str(order))
