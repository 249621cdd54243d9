"""Messages to people: by text, call or e-mail."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings
from django.db import models

from epcs_portal.delivery.addresses import call_url, status_url
from epcs_portal.delivery.gateway import Outgoing, Progress
from epcs_portal.delivery.problems import Problem
from epcs_portal.outbox import OutboxRow
from epcs_portal.phone_numbers import masked
from epcs_portal.sealing import SealedRow


class Message(OutboxRow, SealedRow):
    """One message to one contact. Its words are sealed, and erased once they were handed over.

    Those of a call stay until it ended or expired: they are said when a key was pressed.
    """

    purpose = "message"

    class Channel(models.TextChoices):
        TEXT = "text", "text message"
        CALL = "call", "phone call"
        EMAIL = "email", "e-mail"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    channel = models.CharField(max_length=5, choices=Channel.choices)
    recipient = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # it is not sent after that
    waits_for_key = models.BooleanField(default=False)  # a call that says a code: press 1 first
    sent_at = models.DateTimeField(null=True)
    vendor_id = models.CharField(max_length=64, blank=True)
    progress = models.PositiveSmallIntegerField(default=Progress.UNKNOWN)
    progress_at = models.DateTimeField(null=True)

    class Meta(OutboxRow.Meta):
        indexes = [*OutboxRow.Meta.indexes, models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} to {self.shown_recipient}"

    @property
    def seal_label(self) -> str:
        return f"{self.channel} to {self.recipient}"

    @property
    def shown_recipient(self) -> str:
        return self.recipient if self.channel == self.Channel.EMAIL else masked(self.recipient)

    def write(self, text: str, *, subject: str = "", html: str = "") -> None:
        """Seal the words into the row; the caller saves. ``html``: a letter's other half."""
        words = {"text": text, "subject": subject} | ({"html": html} if html else {})
        self.put(json.dumps(words).encode())

    def outgoing(self, at: datetime) -> Outgoing:
        """Unseal the words. Raise SealBroken when they were altered, or erased."""
        words = json.loads(self.take())
        return Outgoing(
            id=self.pk,
            to=self.recipient,
            seconds_left=int((self.expires_at - at).total_seconds()),
            status_url=status_url(self.pk),
            words_url=call_url(self.pk),
            **words,
        )

    @property
    def has_failed(self) -> bool:
        """Whether it was given up, by us or by the carrier."""
        return self.state == self.State.DEAD or self.progress == Progress.FAILED

    @property
    def trouble(self) -> Problem | None:
        return Problem.by_value(self.problem) if self.problem else None
