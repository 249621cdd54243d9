"""Stripe: hosted Checkout, and the events it signs. The only importer of its library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import stripe
from django.conf import settings

from billing.payments import stripe_answers
from billing.payments.processor import (
    CheckoutRequest,
    OpenedCheckout,
    PaymentFailed,
    PaymentProblem,
)
from billing.settlement import Dispute, PaymentFacts

API_VERSION = "2026-10-28.endive"
EXPANDED = "payment_intent.latest_charge"
RETRIES = 1  # under the same key: a request may take GATEWAY_TIMEOUT_SECONDS twice

stripe.enable_telemetry = False  # it writes into the home folder, and tells how long each call took


class StripeCheckout:
    """What is asked of Stripe. Amounts are in cents."""

    def open(self, request: CheckoutRequest) -> OpenedCheckout:
        kept = {"order": request.order, "checkout": request.key}
        shipping = {
            "name": request.recipient,
            "address": request.address,  # line1, line2, city, state, postal_code, country
        }
        params: Any = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": request.currency,
                        "unit_amount": request.price_cents,
                        "product_data": {"name": request.description},
                    },
                }
            ],
            "client_reference_id": request.order,
            "metadata": kept,
            "payment_intent_data": {
                "metadata": kept,
                "description": f"{request.description}, order {request.number}",
                "shipping": shipping,
            },
            "expires_at": request.expires_at,
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
        }
        if request.email:
            params["customer_email"] = request.email
            params["payment_intent_data"]["receipt_email"] = request.email
        with _told():
            session = _client().v1.checkout.sessions.create(
                params, {"idempotency_key": request.key}
            )
        return OpenedCheckout(session_id=session.id, url=session.url or "")

    def look_up(self, session_id: str) -> PaymentFacts | None:
        try:
            with _told():
                session = _client().v1.checkout.sessions.retrieve(
                    session_id, {"expand": [EXPANDED]}
                )
                return _facts(session.to_dict())
        except _Unknown:
            return None

    def look_up_payment(self, payment_intent: str) -> PaymentFacts | None:
        try:
            with _told():
                found = _client().v1.checkout.sessions.list(
                    {"payment_intent": payment_intent, "expand": [f"data.{EXPANDED}"]}
                )
                return next((_facts(each.to_dict()) for each in found.data), None)
        except _Unknown:
            return None

    def withdraw(self, session_id: str) -> None:
        try:
            with _told():
                _client().v1.checkout.sessions.expire(session_id)
        except _Unknown:
            return
        except PaymentFailed as failure:
            if failure.problem is not PaymentProblem.REFUSED:
                raise  # refused: it is not open any more, which is what was wanted

    def refund(self, payment_intent: str, *, key: str) -> str:
        try:
            with _told():
                asked: Any = {"payment_intent": payment_intent}
                return _client().v1.refunds.create(asked, {"idempotency_key": key}).id
        except _RefundedBefore:
            return ""


class _Unknown(PaymentFailed):
    """Stripe has nothing by this name."""


class _RefundedBefore(PaymentFailed):
    """All of it went back before, by somebody else's hand."""


@contextmanager
def _told() -> Iterator[None]:
    """Say in our words what went wrong. Stripe's own may name an address: it goes nowhere."""
    try:
        yield
    except stripe.StripeError as error:
        raise _failure(error) from None


def _failure(error: stripe.StripeError) -> PaymentFailed:
    status, code = error.http_status, error.code
    if code == "resource_missing":
        return _Unknown(PaymentProblem.REFUSED)
    if code == "charge_already_refunded":
        return _RefundedBefore(PaymentProblem.REFUSED)
    if status is None or status < 400:  # also an answer that cannot be read
        return PaymentFailed(PaymentProblem.UNREACHABLE)
    if status in (409, 429):
        return PaymentFailed(PaymentProblem.BUSY)
    if status in (401, 403):
        return PaymentFailed(PaymentProblem.NOT_LET_IN)
    return PaymentFailed(PaymentProblem.BROKEN if status >= 500 else PaymentProblem.REFUSED)


def _facts(session: dict[str, Any]) -> PaymentFacts:
    charge = stripe_answers.charge_of(session)
    is_disputed = bool(charge.get("disputed"))
    dispute = _dispute_of(charge["payment_intent"]) if is_disputed else Dispute.NONE
    return stripe_answers.facts_of(session, dispute)


def _dispute_of(payment_intent: str) -> Dispute:
    found = _client().v1.disputes.list({"payment_intent": payment_intent, "limit": 1}).data
    return stripe_answers.dispute_of(str(found[0].status)) if found else Dispute.NONE


def _client() -> stripe.StripeClient:
    return _client_of(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL)


@cache
def _client_of(key: str, url: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": url} if url else {},
        http_client=stripe.RequestsClient(timeout=settings.GATEWAY_TIMEOUT_SECONDS),
        max_network_retries=RETRIES,
    )


def is_signed(body: str, header: str, *, secrets: list[str], at: datetime) -> bool:
    """Whether Stripe signed the raw body with one of the secrets, within the tolerance of now.

    Its library asks of the past alone; one from the future is refused here.
    """
    tolerance = settings.STRIPE_TOLERANCE_SECONDS
    return any(_verifies(body, header, secret, tolerance) for secret in secrets) and (
        _signed_at(header) <= at.timestamp() + tolerance
    )


def signature_of(body: str, secret: str) -> str:
    """Return the header that Stripe would send with the body: for who plays Stripe."""
    return str(stripe.WebhookSignature.generate_signature_header(body, secret))


def _verifies(body: str, header: str, secret: str, tolerance: int) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret, tolerance))
    except stripe.SignatureVerificationError:
        return False


def _signed_at(header: str) -> int:
    times = [part[2:] for part in header.split(",") if part.startswith("t=")]
    return int(times[0])
