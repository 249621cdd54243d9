"""Look into what the payment service told of: ask what is true now, and let the order follow.

One transaction claims the event; after the question a second one stores the answer, the order's
moves, its receipt and that the event is done, or nothing. A worker that dies leaves a claim that
runs out.
"""

from __future__ import annotations

from datetime import datetime

from billing import settling
from billing.models import PaymentEvent
from billing.payments.processor import PaymentFailed
from epcs_portal.audit.trail import audited_transaction

STALE = "stale"


def apply_event(*, event: PaymentEvent, at: datetime) -> None:
    """Bring the order up to date, unless somebody does already. Told twice, it moves once."""
    if not event.claim(at):
        return
    try:
        checkout = settling.find(event.session_id, event.payment_intent)
        if checkout is None:
            event.bury(PaymentEvent.NOT_OURS)
            return
        answer = settling.ask(checkout)
        with audited_transaction() as trail:
            settling.settle(trail, answer, at=at)
            settling.keep_claim(event.finish())
    except PaymentFailed as failure:
        _try_later(event, failure.problem.value, at=at)
    except settling.Stale:
        _try_later(event, STALE, at=at)
    except settling.ClaimLost:
        return


def _try_later(event: PaymentEvent, problem: str, *, at: datetime) -> None:
    """After the last attempt it lies dead until ``revive_events`` takes it up again."""
    if event.is_last_attempt:
        event.bury(problem)
    else:
        event.retry(problem, at)
