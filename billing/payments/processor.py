"""What the portal asks of a payment service. Card data never comes this way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from billing.settlement import PaymentFacts


class PaymentProblem(StrEnum):
    """Why something was not done; the value stands in a row's ``problem``."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"  # too many requests, or this very one is being worked on
    BROKEN = "broken"  # their error: what became of it is not known
    NOT_LET_IN = "not-let-in"  # our key
    REFUSED = "refused"


class PaymentFailed(Exception):
    """The payment service did not do it. ``is_permanent``: asking again is no use."""

    def __init__(self, problem: PaymentProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem

    @property
    def is_permanent(self) -> bool:
        return self.problem is PaymentProblem.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRequest:
    """What a checkout is opened with. ``key`` makes the same request one, however often it is
    sent; ``expires_at`` is in seconds since the epoch."""

    key: str
    order: str
    number: str
    description: str
    price_cents: int
    currency: str
    email: str = field(repr=False)
    recipient: str = field(repr=False)
    address: dict[str, str] = field(repr=False)
    expires_at: int
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class OpenedCheckout:
    session_id: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    """A genuine event: what happened, when, and which checkout or payment to ask about."""

    event_id: str
    kind: str
    session_id: str
    payment_intent: str
    happened_at: datetime


class Processor(Protocol):
    """Each raises PaymentFailed, after twice GATEWAY_TIMEOUT_SECONDS at most for a request."""

    def open(self, request: CheckoutRequest) -> OpenedCheckout: ...

    def look_up(self, session_id: str) -> PaymentFacts | None:
        """Return what is true of the checkout now; None when the service does not know it."""
        ...

    def look_up_payment(self, payment_intent: str) -> PaymentFacts | None: ...

    def withdraw(self, session_id: str) -> None:
        """Let it be paid no more. One that was paid, or is over, stays as it is."""
        ...

    def refund(self, payment_intent: str, *, key: str) -> str:
        """Send all of it back; return the name of the refund. Done before, it is done."""
        ...


def processor() -> Processor:
    chosen: Processor = import_string(settings.PAYMENT_PROCESSOR)()
    return chosen
