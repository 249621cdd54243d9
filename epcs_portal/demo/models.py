"""The demo's own tables: a hardware token and a phone one can hold in a browser."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import models, transaction
from django.db.models import F

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

    def __str__(self) -> str:
        return "virtual network"

    @classmethod
    def now(cls) -> VirtualNetwork:
        return cls.objects.first() or cls()
