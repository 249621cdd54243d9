"""The tables of orders and payments."""

from billing.models.checkout import Checkout
from billing.models.payment_event import PaymentEvent
from billing.models.refund import Refund
from billing.models.token_order import TokenOrder

__all__ = ["Checkout", "PaymentEvent", "Refund", "TokenOrder"]
