"""Writing a new order down."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from billing import numbers
from billing.models import TokenOrder
from billing.shipping import Shipping, columns_for

if TYPE_CHECKING:
    from accounts.models import User


def store(
    user: User, ordered_by: User, shipping: Shipping, *, at: datetime, **columns: object
) -> TokenOrder:
    """Store a draft for this person at today's price."""
    order: TokenOrder = TokenOrder.objects.create(
        **{
            "number": numbers.draw(),
            "user": user,
            "ordered_by": ordered_by,
            "price_cents": settings.SPARE_TOKEN_PRICE,
            "currency": settings.SPARE_TOKEN_CURRENCY,
            "ordered_at": at,
            "changed_at": at,
            **columns_for(shipping, user),
            **columns,
        }
    )
    return order
