"""What an EPCS registration takes: proofing, two activation pieces, and an attestation."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.prescriber import Prescriber
from epcs_portal.delivery.models import Message
from epcs_portal.sealing import SealedRow


class IdentityProofing(models.Model):
    """Proofing by a credential service provider (21 CFR 1311.105). The portal is not one.

    ``phone`` was proofed as the person's own: one of the two activation pieces goes there.
    ``activated_at`` is when both pieces came back. What support recorded counts from then on.
    """

    prescriber = models.ForeignKey(Prescriber, models.PROTECT, related_name="identity_proofings")
    provider = models.CharField(max_length=100)
    level = models.CharField(max_length=40)
    reference = models.CharField(max_length=100)
    completed_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    phone = models.CharField(max_length=16, blank=True)  # E.164
    activated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="proofing_recorded_once")
        ]

    def __str__(self) -> str:
        return f"{self.level} by {self.provider}"


class ActivationPiece(SealedRow):
    """One of two codes that go over two channels (21 CFR 1311.105(c)): one to the proofed phone,
    one by e-mail or post. ``part`` keeps them apart, so both can never come by one channel.

    Only a letter's code is sealed here, until support has printed it; every other is gone with its
    message. ``digest`` is made under our key.
    """

    purpose = "activation letter"

    class Part(models.IntegerChoices):
        PHONE = 1
        ADDRESS = 2

    class Channel(models.TextChoices):
        TEXT = "text", "Text message"
        CALL = "call", "Phone call"
        EMAIL = "email", "E-mail"
        POST = "post", "Letter"

    proofing = models.ForeignKey(IdentityProofing, models.PROTECT, related_name="pieces")
    part = models.PositiveSmallIntegerField(choices=Part.choices)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)  # another one was sent in its place
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proofing", "part"],
                condition=Q(used_at=None, voided_at=None),
                name="one_activation_piece_of_a_part",
            ),
            models.CheckConstraint(
                name="activation_pieces_by_two_channels",
                condition=Q(part=1, channel__in=["text", "call"])
                | Q(part=2, channel__in=["email", "post"]),
            ),
            models.CheckConstraint(
                name="activation_piece_ends", condition=Q(expires_at__gt=F("sent_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"activation piece by {self.get_channel_display().lower()}"

    @property
    def seal_label(self) -> str:
        return f"activation of {self.proofing_id}"

    def is_over(self, at: datetime) -> bool:
        return at >= self.expires_at


class Attestation(models.Model):
    """The prescriber attested to keep what signs in their sole possession (21 CFR 1311.102(a))."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    prescriber = models.ForeignKey(Prescriber, models.PROTECT, related_name="attestations")
    version = models.CharField(max_length=40)  # of the words that were shown
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["prescriber", "-given_at"])]

    def __str__(self) -> str:
        return f"attestation {self.version} of {self.prescriber}"
