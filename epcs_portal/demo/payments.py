"""The demo's payment service: it answers as Stripe does, and charges nobody."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from billing.payments.processor import (
    CheckoutRequest,
    OpenedCheckout,
    PaymentFailed,
    PaymentProblem,
)
from billing.settlement import Dispute, PaymentFacts
from epcs_portal.delivery.addresses import public
from epcs_portal.demo import payment_events as events
from epcs_portal.demo.models import VirtualCheckout, VirtualNetwork
from epcs_portal.demo.payment_notices import announce

Status = VirtualCheckout.Status


class VirtualPayments:
    """A ``billing.payments.processor.Processor``."""

    def open(self, request: CheckoutRequest) -> OpenedCheckout:
        """The same key is the same checkout; with other words it is refused, as by Stripe."""
        _answer()
        asked = asdict(request)
        new = {"asked": asked, "session_id": f"cs_demo_{uuid4().hex}", "opened_at": timezone.now()}
        row, _is_new = VirtualCheckout.objects.get_or_create(key=request.key, defaults=new)
        if row.asked != asked:
            raise PaymentFailed(PaymentProblem.REFUSED)
        return OpenedCheckout(row.session_id, public(reverse("demo_pay", args=[row.pk])))

    def look_up(self, session_id: str) -> PaymentFacts | None:
        return _facts_of(session_id=session_id)

    def look_up_payment(self, payment_intent: str) -> PaymentFacts | None:
        return _facts_of(payment_intent=payment_intent)

    def withdraw(self, session_id: str) -> None:
        _answer()
        rows = VirtualCheckout.objects.filter(session_id=session_id)
        with transaction.atomic():
            if rows.filter(status=Status.OPEN).update(status=Status.EXPIRED):
                announce(events.EXPIRED, rows.get(), at=timezone.now())

    def refund(self, payment_intent: str, *, key: str) -> str:
        _answer()
        rows = VirtualCheckout.objects.filter(payment_intent=payment_intent)
        row = rows.first()
        if row is None:
            raise PaymentFailed(PaymentProblem.REFUSED)
        with transaction.atomic():
            if rows.filter(refunded_cents=0).update(refunded_cents=row.price_cents):
                announce(events.REFUNDED, rows.get(), at=timezone.now())
        return f"re_demo_{key[-32:]}"


def checkout_by_id(checkout_id: UUID) -> VirtualCheckout | None:
    return VirtualCheckout.objects.filter(pk=checkout_id).first()


def _answer() -> None:
    if VirtualNetwork.now().payments_are_down:
        raise PaymentFailed(PaymentProblem.UNREACHABLE)


def _facts_of(**which: str) -> PaymentFacts | None:
    _answer()
    row = VirtualCheckout.objects.filter(**which).first()
    if row is None:
        return None
    return PaymentFacts(
        session_id=row.session_id,
        key=row.key,
        order=row.asked["order"],
        amount_cents=row.price_cents,
        currency=row.asked["currency"],
        is_paid=row.is_paid,
        is_over=row.status == Status.EXPIRED
        or not (row.is_paid or row.can_be_paid(timezone.now())),
        payment_intent=row.payment_intent,
        billing_email=row.billing_email,
        paid_with=row.paid_with,
        refunded_cents=row.refunded_cents,
        dispute=Dispute(row.dispute),
    )
