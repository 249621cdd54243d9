"""The demo's own tables: a hardware token and a phone one can hold in a browser, and what a payment
service would keep."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F

from epcs_portal.outbox import OutboxRow
from epcs_portal.sealing import SealedRow
from tokens.models import SeedRecord

LIT = timedelta(seconds=30)  # how long a token shows its digits; the articles


class VirtualFob(models.Model):
    """What lies in a person's hand. It knows nothing of who holds it, or of what was accepted.

    ``presses`` is the counter that the next press will show. The seed stays in the seed record.
    """

    seed_record = models.OneToOneField(
        SeedRecord, models.PROTECT, primary_key=True, related_name="+"
    )
    presses = models.PositiveBigIntegerField(default=0)
    shown_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"virtual token {self.serial}"

    @property
    def serial(self) -> str:
        return self.seed_record.serial

    def press(self, *, times: int = 1, at: datetime) -> str:
        """Press the button and return what the display shows then. Two presses at once are two."""
        with transaction.atomic():
            rows = VirtualFob.objects.filter(pk=self.pk)
            rows.update(presses=F("presses") + times, shown_at=at)
            # The row is ours until the transaction ends, so this is the counter of our press.
            self.refresh_from_db(fields=["presses", "shown_at"])
        return self._shown()

    def go_dark(self) -> None:
        VirtualFob.objects.filter(pk=self.pk).update(shown_at=None)

    def display(self, *, at: datetime) -> str:
        """Return the six digits on the display, or "" when it is dark."""
        return self._shown() if self.seconds_left(at=at) else ""

    def seconds_left(self, *, at: datetime) -> int:
        """Return for how many seconds, begun ones included, the display stays lit."""
        if self.shown_at is None or at < self.shown_at:
            return 0
        return max(0, ceil((self.shown_at + LIT - at).total_seconds()))

    def _shown(self) -> str:
        last = self.presses - 1
        return self.seed_record.oath_state(next_factor=last).otp_at(last)


class VirtualMessage(SealedRow):
    """A text, call or letter that reached somebody's phone. Its words are sealed, as a phone is."""

    purpose = "virtual message"

    class Call(models.TextChoices):
        RINGING = "ringing"
        ANSWERED = "answered"
        DECLINED = "declined"

    message_id = models.UUIDField(
        unique=True
    )  # of the portal's message: sent twice, it is shown once
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=5)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=120, blank=True)
    arrived_at = models.DateTimeField(db_index=True)
    call = models.CharField(max_length=8, choices=Call.choices, blank=True)

    def __str__(self) -> str:
        return f"{self.channel} to {self.to}"

    @property
    def seal_label(self) -> str:
        return str(self.message_id)


class VirtualNetwork(models.Model):
    """What is wrong with the network at the moment: one row."""

    loses_everything = models.BooleanField(default=False)  # the phone was lost: nothing arrives
    is_down = models.BooleanField(default=False)  # the code service does not answer
    declines_next_card = models.BooleanField(default=False)  # used up by one card
    payments_are_down = models.BooleanField(default=False)  # the payment service does not answer
    payment_events_get_lost = models.BooleanField(default=False)  # and are never sent again

    def __str__(self) -> str:
        return "virtual network"

    @classmethod
    def now(cls) -> VirtualNetwork:
        return cls.objects.first() or cls()


class VirtualCheckout(models.Model):
    """What a payment service keeps of a checkout. Of the card: its make, and its last digits."""

    class Status(models.TextChoices):
        OPEN = "open"
        COMPLETE = "complete"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=255, unique=True)
    session_id = models.CharField(max_length=64, unique=True)
    payment_intent = models.CharField(max_length=64, blank=True, db_index=True)  # once it is paid
    asked = models.JSONField()  # the CheckoutRequest, word for word
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    opened_at = models.DateTimeField()
    billing_email = models.EmailField(blank=True)
    paid_with = models.CharField(max_length=40, blank=True)  # "Visa ending 4242"
    paid_at = models.DateTimeField(null=True)
    refunded_cents = models.PositiveIntegerField(default=0)
    dispute = models.CharField(max_length=8, blank=True)

    def __str__(self) -> str:
        return f"virtual checkout {self.session_id}"

    @property
    def order_id(self) -> UUID:
        return UUID(self.asked["order"])

    @property
    def price_cents(self) -> int:
        return int(self.asked["price_cents"])

    @property
    def is_paid(self) -> bool:
        return self.status == self.Status.COMPLETE

    def can_be_paid(self, at: datetime) -> bool:
        return self.status == self.Status.OPEN and at.timestamp() < self.asked["expires_at"]


class VirtualPaymentEvent(OutboxRow):
    """An event on its way to the portal's webhook. It is signed when it leaves."""

    LOST = "lost"  # the problem of one that the network lost

    event_id = models.CharField(max_length=64, unique=True)
    body = models.TextField()  # as it is sent
    created_at = models.DateTimeField()

    class Meta(OutboxRow.Meta):
        pass

    def __str__(self) -> str:
        return f"virtual payment event {self.event_id}"
