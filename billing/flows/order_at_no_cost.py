"""Support orders a spare for a prescriber, at no cost, to their practice (the article of PCC)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing import drafts, fulfilment, letters, selectors
from billing.models import TokenOrder
from billing.refusals import NotRegistered, OwnOrder, SpareOnItsWay, UnpaidOrder
from billing.shipping import of_practice
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import binding, spares

if TYPE_CHECKING:
    from accounts.models import User


def order_at_no_cost(*, user: User, agent: User, reason: str, at: datetime) -> TokenOrder:
    """Return the order, ready to be packed.

    Refused: an agent for themselves, who is no registered prescriber of a practice, a second spare,
    and who has an order that is not paid yet.
    """
    with audited_transaction() as trail:
        outcome = _order(user, agent, at)
        refusal = outcome if isinstance(outcome, Refusal) else None
        trail.record(
            Event.ORDER_REFUSED if refusal else Event.ORDER_AT_NO_COST,
            at=at,
            person=user,
            actor=agent,
            subject="spare hardware token" if refusal else str(outcome),
            reason=reason,
            outcome=refusal.code if refusal else None,
        )
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _order(user: User, agent: User, at: datetime) -> TokenOrder | Refusal:
    if user.pk == agent.pk:
        return OwnOrder()
    practice = user.practice
    if practice is None or not (user.is_prescriber and user.prescriber.is_registered):
        return NotRegistered()
    binding.lock_person(user)
    if spares.is_promised(user):
        return SpareOnItsWay()
    unpaid = selectors.unpaid_order_of(user)
    if unpaid is not None:
        return UnpaidOrder(number=unpaid.number)
    order = drafts.store(user, agent, of_practice(practice), at=at, price_cents=0)
    fulfilment.place(order, at=at, billing_email=user.email)
    letters.post_receipt(order, at=at)
    return order
