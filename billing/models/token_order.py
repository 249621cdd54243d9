"""A spare hard token that was ordered for one prescriber."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from billing import moves
from billing.money import dollars
from tokens.models import Reservation

Moves = [(before, after) for before, allowed in moves.MOVES.items() for after in allowed]


def _pair(before: str, after: str) -> Q:
    return Q(previous=before, status=after)


class TokenOrder(models.Model):
    """To whom it goes, what it costs, and how far it is.

    ``status`` moves as ``billing.moves`` says; ``previous`` is where it came from, so that the
    database can say the same (``billing.guards``). ``held_for``: support has to look at it first.
    """

    class Status(models.TextChoices):
        DRAFT = moves.Status.DRAFT.value, "Not placed yet"
        AWAITING = moves.Status.AWAITING.value, "Awaiting payment"
        PAID = moves.Status.PAID.value, "To be packed"
        PACKED = moves.Status.PACKED.value, "Packed"
        SHIPPED = moves.Status.SHIPPED.value, "Shipped"
        DELIVERED = moves.Status.DELIVERED.value, "Delivered"
        ACTIVATED = moves.Status.ACTIVATED.value, "Activated"
        CANCELED = moves.Status.CANCELED.value, "Canceled"
        REFUNDED = moves.Status.REFUNDED.value, "Refunded"
        DISPUTED = moves.Status.DISPUTED.value, "Payment disputed"

    class Destination(models.TextChoices):
        PRACTICE = "practice", "Practice Address"
        HOME = "home", "Home Address"

    class Carrier(models.TextChoices):
        USPS = "usps", "USPS"
        UPS = "ups", "UPS"
        FEDEX = "fedex", "FedEx"

    class Hold(models.TextChoices):
        OTHER_ORDER = "other-order", "the payment names another order"
        OTHER_AMOUNT = "other-amount", "another amount was paid"
        OTHER_CURRENCY = "other-currency", "it was paid in another currency"
        PAID_AFTER_CANCEL = "paid-after-cancel", "it was paid after it was canceled"
        PAID_TWICE = "paid-twice", "it was paid twice"
        SPARE_ON_ITS_WAY = "spare-on-its-way", "another spare is on its way already"
        NOT_VERIFIED = "not-verified", "nobody verified the address that it goes to"
        REFUND_FAILED = "refund-failed", "a refund did not go through"
        REFUNDED_IN_PART = "refunded-in-part", "a part of it was refunded"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=12, unique=True)  # what people call it by: EP-48210375
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="token_orders")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    previous = models.CharField(max_length=16, choices=Status.choices, blank=True)

    price_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="usd")
    billing_email = models.EmailField(blank=True)  # as it was entered with the payment
    paid_with = models.CharField(max_length=40, blank=True)  # "Visa ending 4242"

    destination = models.CharField(max_length=8, choices=Destination.choices)
    recipient = models.CharField(max_length=340)
    practice_name = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=100)
    suite = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    zip_code = models.CharField(max_length=10)
    ships_elsewhere = models.BooleanField(default=False)  # not to the practice's address on record

    ordered_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # what is shipped, and where to
    verified_at = models.DateTimeField(null=True)  # an address elsewhere, by a step-up
    paid_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    disputed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # canceled or refunded
    expected_on = models.DateField(null=True)
    carrier = models.CharField(max_length=5, choices=Carrier.choices, blank=True)
    tracking_number = models.CharField(max_length=40, blank=True)
    reservation = models.OneToOneField(
        Reservation, models.PROTECT, null=True, related_name="token_order"
    )
    held_for = models.CharField(max_length=20, choices=Hold.choices, blank=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status", "ordered_at"])]
        constraints = [
            models.CheckConstraint(
                name="order_moves_as_the_table_says",
                condition=Q(
                    Q(previous="", status=moves.Status.DRAFT),
                    *(_pair(*move) for move in sorted(Moves)),
                    _connector=Q.OR,
                ),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(status__in=sorted(moves.UNPAID)),
                name="one_unpaid_order_a_person",
            ),
            models.CheckConstraint(
                name="order_paid_before_it_is_packed",
                condition=Q(paid_at__isnull=False) | ~Q(status__in=sorted(moves.PAID_FOR)),
            ),
            models.CheckConstraint(
                name="order_shipped_by_somebody",
                condition=Q(shipped_at=None)
                | (~Q(carrier="") & ~Q(tracking_number="") & Q(reservation__isnull=False)),
            ),
            models.CheckConstraint(
                name="order_held_at_some_time",
                condition=Q(held_for="", held_at=None)
                | (~Q(held_for="") & Q(held_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.number}"

    def move(self, to: str, **columns: Any) -> None:
        """Store the next status and what goes with it. The caller has locked the row.

        Refuses (ValueError) a move that the table does not have.
        """
        if not moves.may_move(self.status, to):
            raise ValueError(f"{self}: {self.status} does not lead to {to}.")
        self.set(previous=self.status, status=to, **columns)

    def set(self, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(self, name, value)
        self.save(update_fields=list(columns))

    @property
    def is_unpaid(self) -> bool:
        return self.status in moves.UNPAID

    @property
    def is_free(self) -> bool:
        return self.price_cents == 0

    @property
    def price(self) -> str:
        return dollars(self.price_cents)

    @property
    def needs_step_up(self) -> bool:
        """Whether the buyer has yet to verify that it goes elsewhere (C-23)."""
        return self.ships_elsewhere and self.verified_at is None

    @property
    def address_lines(self) -> list[str]:
        street = f"{self.address}, {self.suite}" if self.suite else self.address
        place = f"{self.city}, {self.state} {self.zip_code}"
        return [line for line in (self.recipient, self.practice_name, street, place) if line]
