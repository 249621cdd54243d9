"""Ask about a checkout of which nothing was heard: paid with the event lost, or never paid."""

from __future__ import annotations

from datetime import datetime

from billing import settling
from billing.models import Checkout
from billing.payments.processor import PaymentFailed, processor
from epcs_portal.audit.trail import audited_transaction


def look_up_checkout(*, checkout: Checkout, at: datetime) -> None:
    """Bring its order up to date. One of an order that was called off is withdrawn first.

    While the service is away nothing changes, and it is asked again later.
    """
    rows = Checkout.objects.filter(pk=checkout.pk)
    rows.update(looked_at=at)
    if checkout.session_id is None:  # never opened, as far as we know, and its address unknown
        if at >= checkout.expires_at or not checkout.order.is_unpaid:
            rows.filter(session_id=None).update(settled_at=at)
        return
    try:
        if not checkout.order.is_unpaid:
            processor().withdraw(checkout.session_id)
        answer = settling.ask(checkout)
        with audited_transaction() as trail:
            settling.settle(trail, answer, at=at)
    except (PaymentFailed, settling.Stale):
        return
