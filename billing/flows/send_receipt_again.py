"""Support sends a receipt once more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing import letters
from billing.models import TokenOrder
from billing.refusals import OrderMovedOn
from billing.support_acts import act_on
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.refusals import Refusal

if TYPE_CHECKING:
    from accounts.models import User


def send_receipt_again(*, order: TokenOrder, agent: User, at: datetime) -> TokenOrder:
    """To the billing address, never to another one. Refused: what was not paid."""

    def act(_trail: Trail, order: TokenOrder) -> Refusal | None:
        if order.paid_at is None:
            return OrderMovedOn(status=order.get_status_display().lower())
        letters.post_receipt(order, at=at)
        return None

    return act_on(order, act, agent=agent, at=at, done=Event.RECEIPT_SENT_AGAIN)
