"""Enter an order of a spare hardware token, or change where an unpaid one goes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing import drafts, selectors, settling
from billing.models import TokenOrder
from billing.refusals import NotRegistered, OnlyToThePractice, OrderIsChecked, SpareOnItsWay
from billing.shipping import Shipping, columns_for, of_order
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import binding, spares

if TYPE_CHECKING:
    from accounts.models import User


def place_order(*, user: User, ordered_by: User, shipping: Shipping, at: datetime) -> TokenOrder:
    """Return the person's unpaid order: a new one, or the one there was, with this address.

    Refused: who has not completed EPCS registration, who has a spare on its way, an order whose
    payment is checked, and an address elsewhere entered by somebody else (rules C-23).
    """
    with audited_transaction() as trail:
        outcome = _place(user, ordered_by, shipping, at)
        refusal = outcome if isinstance(outcome, Refusal) else None
        trail.record(
            Event.ORDER_REFUSED if refusal else Event.ORDER_ENTERED,
            at=at,
            person=user,
            actor=ordered_by,
            subject="spare hardware token" if refusal else str(outcome),
            destination=str(shipping.destination),
            outcome=refusal.code if refusal else None,
        )
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _place(user: User, ordered_by: User, shipping: Shipping, at: datetime) -> TokenOrder | Refusal:
    if not (user.is_prescriber and user.prescriber.is_registered):
        return NotRegistered()
    binding.lock_person(user)
    if spares.is_promised(user):
        return SpareOnItsWay()
    columns = columns_for(shipping, user)
    if columns["ships_elsewhere"] and user.pk != ordered_by.pk:
        return OnlyToThePractice()
    found = selectors.unpaid_order_of(user)
    if found is None:
        return drafts.store(user, ordered_by, shipping, at=at)
    order = settling.locked(found.pk)
    if order.held_for:
        return OrderIsChecked(number=order.number)
    if of_order(order) != shipping or order.ordered_by_id != ordered_by.pk:
        order.set(**columns, ordered_by=ordered_by, changed_at=at, verified_at=None)
    return order
