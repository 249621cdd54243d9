"""Somebody asked for an order that is not theirs. They are told that there is none."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from billing.models import TokenOrder
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction

if TYPE_CHECKING:
    from accounts.models import User


def refuse_foreign_order(*, person: User, order_id: UUID, at: datetime) -> None:
    """Put the attempt on the trail, if there is such an order at all."""
    if not TokenOrder.objects.filter(pk=order_id).exists():
        return
    with audited_transaction() as trail:
        subject = "order of another person"
        trail.record(Event.ACCESS_DENIED, person=person, actor=person, subject=subject, at=at)
