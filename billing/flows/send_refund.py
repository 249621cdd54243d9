"""Have the payment service send the money of an order back."""

from __future__ import annotations

from datetime import datetime

from billing import settling
from billing.models import Refund, TokenOrder
from billing.payments.processor import PaymentFailed, processor
from epcs_portal.audit.trail import audited_transaction

STALE = "stale"


def send_refund(*, refund: Refund, at: datetime) -> None:
    """Ask for it, under the row's key, so that asked twice it is sent once; then let the order
    follow. What cannot be sent back holds the order for support."""
    if not refund.claim(at):
        return
    checkout = refund.checkout
    try:
        name = processor().refund(checkout.payment_intent, key=refund.idempotency_key)
        answer = settling.ask(checkout)
        with audited_transaction() as trail:
            settling.settle(trail, answer, at=at)
            settling.keep_claim(refund.finish(refund_id=name))
    except PaymentFailed as failure:
        is_over = failure.is_permanent or refund.is_last_attempt
        _note_failure(refund, failure.problem.value, is_over=is_over, at=at)
    except settling.Stale:
        _note_failure(refund, STALE, is_over=refund.is_last_attempt, at=at)
    except settling.ClaimLost:
        return


def _note_failure(refund: Refund, problem: str, *, is_over: bool, at: datetime) -> None:
    if not is_over:
        refund.retry(problem, at)
        return
    with audited_transaction() as trail:
        order = settling.locked(refund.checkout.order_id)
        if refund.bury(problem):
            settling.hold(trail, order, TokenOrder.Hold.REFUND_FAILED, at=at)
