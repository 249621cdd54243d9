"""Mobile ID: a token that lives on its owner's phone."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from epcs_portal.phone_numbers import masked
from epcs_portal.sealing import SealedRow
from tokens.models.oath_token import OathToken
from tokens.oath import OathState, TimeToken


class MobileIdSetup(models.Model):
    """Mobile ID being added: begun on a computer, finished from a phone. One open a person.

    It is proven by what was paired with the link (path "phone"), or by an authenticator app that
    read the QR code (path "app"). Each has a seed of its own; the other one is destroyed.
    """

    class State(models.TextChoices):
        OPEN = "open"
        PROVEN = "proven"
        DENIED = "denied"
        ENDED = "ended"  # by a newer one, or because nobody finished it

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    number = models.CharField(max_length=16)  # E.164
    session_digest = models.CharField(max_length=64)
    authority = models.CharField(max_length=40)  # under what it was begun
    # The step-up it was begun under; None under an enrollment grant. When that ends, so does this.
    step_up = models.ForeignKey("tokens.StepUp", models.PROTECT, null=True, related_name="+")
    is_phone_bound = models.BooleanField(default=False)
    link_digest = models.CharField(max_length=64, unique=True)
    link_until = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    paired_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Mobile ID setup"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="open"), name="one_open_setup_a_person"
            ),
            models.CheckConstraint(
                name="mobile_id_setup_ends", condition=Q(expires_at__gt=F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"Mobile ID {masked(self.number)}"

    def is_open(self, at: datetime) -> bool:
        return self.state == self.State.OPEN and at < self.expires_at


class SoftSeed(SealedRow):
    """The seed of a Mobile ID, sealed: at first a candidate, one of two."""

    purpose = "soft seed"

    class Path(models.TextChoices):
        PHONE = "phone"
        APP = "app"

    setup = models.ForeignKey(MobileIdSetup, models.PROTECT, related_name="seeds")
    path = models.CharField(max_length=5, choices=Path.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["setup", "path"], name="one_seed_a_path"),
        ]

    def __str__(self) -> str:
        return f"soft seed {self.pk}"

    @property
    def seal_label(self) -> str:
        return f"{self.setup_id}:{self.path}"

    def oath_state(self, *, next_factor: int, drift: int = 0) -> OathState:
        """Return the token as the OATH core sees it: RFC 6238's own choice, 30 s and SHA-1.

        Any authenticator app takes these, and many take no other.
        """
        return TimeToken(key=self.take(), next_step=next_factor, drift=drift)


class SoftToken(OathToken):
    """A Mobile ID that was proven: it makes codes, and may approve requests."""

    seed = models.OneToOneField(SoftSeed, models.PROTECT, related_name="soft_token")
    number = models.CharField(max_length=16)  # E.164

    class Meta(OathToken.Meta):
        verbose_name = "Mobile ID"

    @classmethod
    def live(cls) -> models.QuerySet[Self]:
        """Return the Mobile IDs somebody holds: at most one a person."""
        return cls.objects.exclude(status=cls.Status.REMOVED)

    def __str__(self) -> str:
        return f"Mobile ID {self.serial}"

    @property
    def serial(self) -> str:
        """What tells it from others: the phone's number, masked."""
        return masked(self.number)

    @property
    def seed_source(self) -> SoftSeed:
        return self.seed
