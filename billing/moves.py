"""Which way an order goes: one table, and the database refuses what is not in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    DRAFT = "draft"
    AWAITING = "awaiting-payment"
    PAID = "paid"  # or at no cost: what counts is that it can be packed
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    ACTIVATED = "activated"
    CANCELED = "canceled"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


UNPAID: Final = frozenset({Status.DRAFT, Status.AWAITING})
AT_OUR_DESK: Final = frozenset({Status.PAID, Status.PACKED})
UNDER_WAY: Final = frozenset({Status.SHIPPED, Status.DELIVERED})
PAID_FOR: Final = AT_OUR_DESK | UNDER_WAY | {Status.ACTIVATED}
OVER: Final = frozenset({Status.ACTIVATED, Status.CANCELED, Status.REFUNDED})

_PAID_BACK: Final = {Status.REFUNDED, Status.DISPUTED}

# Forward only. A dispute that was won leads back to where it came from; a canceled order that was
# paid all the same, and one that was paid wrongly, can still be refunded.
MOVES: Final[Mapping[Status, frozenset[Status]]] = {
    Status.DRAFT: frozenset({Status.AWAITING, Status.PAID, Status.CANCELED}),
    Status.AWAITING: frozenset({Status.PAID, Status.CANCELED, Status.REFUNDED}),
    Status.PAID: frozenset({Status.PACKED, Status.CANCELED, *_PAID_BACK}),
    Status.PACKED: frozenset({Status.SHIPPED, Status.CANCELED, *_PAID_BACK}),
    Status.SHIPPED: frozenset(
        {Status.DELIVERED, Status.ACTIVATED, Status.CANCELED, *_PAID_BACK}
    ),  # canceled: the token came back
    Status.DELIVERED: frozenset({Status.ACTIVATED, Status.CANCELED, *_PAID_BACK}),
    Status.ACTIVATED: frozenset(_PAID_BACK),
    Status.DISPUTED: PAID_FOR | {Status.REFUNDED},
    Status.CANCELED: frozenset({Status.REFUNDED}),
    Status.REFUNDED: frozenset(),
}


def may_move(before: str, after: str) -> bool:
    return Status(after) in MOVES[Status(before)]
