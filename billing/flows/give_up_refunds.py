"""A refund that was tried six times, or whose worker died the sixth time: support has to look."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from billing import settling
from billing.models import Refund, TokenOrder
from epcs_portal.audit.trail import audited_transaction

WORKER_LOST = "worker-lost"


def give_up_refunds(*, at: datetime) -> None:
    """Bury them, and hold their orders. Whether the money went back, Stripe's dashboard says."""
    used_up = Refund.due(at).filter(attempts__gte=settings.OUTBOX_ATTEMPTS)
    for refund in used_up.select_related("checkout"):
        with audited_transaction() as trail:
            order = settling.locked(refund.checkout.order_id)
            dead = {"state": Refund.State.DEAD, "problem": refund.problem or WORKER_LOST}
            if used_up.filter(pk=refund.pk).update(**dead):
                settling.hold(trail, order, TokenOrder.Hold.REFUND_FAILED, at=at)
