"""Reading orders: a person's own, and those they entered for others."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import User
from billing import moves
from billing.models import Checkout, PaymentEvent, Refund, TokenOrder

AT_A_TIME = 100  # in one sweep: the next comes in seconds


def orders_of(person: User) -> QuerySet[TokenOrder]:
    """Return what was ordered for this person, or by them at the practice where they work."""
    entered = Q(ordered_by=person, user__membership__practice__memberships__user=person)
    mine = TokenOrder.objects.filter(Q(user=person) | entered).distinct()
    return mine.select_related("user", "ordered_by", "reservation__seed_record")


def order_by_id(person: User, order_id: UUID) -> TokenOrder | None:
    return orders_of(person).filter(pk=order_id).first()


def unpaid_order_of(person: User) -> TokenOrder | None:
    return TokenOrder.objects.filter(user=person, status__in=sorted(moves.UNPAID)).first()


def open_checkout_of(order: TokenOrder) -> Checkout | None:
    return order.checkouts.filter(settled_at=None).first()


def event_by_id(event_id: str) -> PaymentEvent | None:
    return PaymentEvent.objects.filter(event_id=event_id).first()


def refund_by_id(refund_id: UUID) -> Refund | None:
    rows = Refund.objects.select_related("checkout__order__user", "asked_by")
    return rows.filter(pk=refund_id).first()


def checkout_by_id(checkout_id: UUID) -> Checkout | None:
    return Checkout.objects.select_related("order").filter(pk=checkout_id).first()


def due_events(at: datetime) -> list[str]:
    return list(PaymentEvent.due(at).values_list("event_id", flat=True)[:AT_A_TIME])


def due_refunds(at: datetime) -> list[UUID]:
    return list(Refund.due(at).values_list("pk", flat=True)[:AT_A_TIME])


def checkouts_to_look_up(at: datetime) -> list[UUID]:
    """Return those that are open, or were called off, and that nobody asked about for a while."""
    before = at - settings.PAYMENT_LOOKED_UP_AFTER
    rows = Checkout.objects.filter(settled_at=None, opened_at__lte=before)
    rows = rows.filter(Q(looked_at=None) | Q(looked_at__lte=before))
    return list(rows.order_by("looked_at", "opened_at").values_list("pk", flat=True)[:AT_A_TIME])


def orders_to_follow(at: datetime) -> list[TokenOrder]:
    """Return those whose token was added since, or was not for too long."""
    sent = TokenOrder.objects.filter(status__in=sorted(moves.UNDER_WAY))
    late = Q(
        reservation__sent_at__lte=at - settings.SPARE_RECALLED_AFTER,
        reservation__recalled_at=None,
        reservation__ended_at=None,
    )
    ended = Q(reservation__ended_at__isnull=False)
    rows = sent.filter(late | ended).select_related("user", "reservation__seed_record")
    return list(rows.order_by("ordered_at")[:AT_A_TIME])


def prescriber_of(practice_of: User, person_id: int) -> User | None:
    """Return the prescriber of the same practice, if there is one by this number."""
    people = User.objects.select_related("prescriber", "membership__practice")
    mine = people.filter(
        membership__practice__memberships__user=practice_of, prescriber__isnull=False
    )
    return mine.filter(pk=person_id).first()
