"""The phone as it is known by its key, and where its bell hangs."""

from __future__ import annotations

import json
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from epcs_portal.sealing import SealedRow
from tokens.models.soft_token import MobileIdSetup, SoftToken


class MobileDevice(models.Model):
    """A browser on a phone that was paired. Its private key never leaves it.

    ``last_nonce_at``: the newest nonce it has used, so that none is used twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    setup = models.ForeignKey(MobileIdSetup, models.PROTECT, related_name="devices")
    soft_token = models.OneToOneField(SoftToken, models.PROTECT, null=True, related_name="device")
    public_key = models.CharField(max_length=200)  # base64url of its SubjectPublicKeyInfo
    name = models.CharField(max_length=60)
    paired_at = models.DateTimeField()
    last_nonce_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # replaced, removed, or never proven
    left_at = models.DateTimeField(null=True)  # "Remove from this phone", by the phone itself

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["setup"], condition=Q(closed_at=None), name="one_open_device_a_setup"
            ),
            models.CheckConstraint(
                name="device_that_left_is_closed",
                condition=Q(left_at=None) | Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"


class PushSubscription(SealedRow):
    """Where a push service rings the phone's bell. Whoever reads it can ring, so it is sealed."""

    purpose = "push subscription"

    device = models.OneToOneField(MobileDevice, models.CASCADE, related_name="subscription")
    subscribed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"push subscription of {self.device_id}"

    @property
    def seal_label(self) -> str:
        return str(self.device_id)

    def write(self, *, endpoint: str, p256dh: str, auth: str) -> None:
        self.put(json.dumps([endpoint, p256dh, auth]).encode())

    def read(self) -> tuple[str, str, str]:
        """Return endpoint, p256dh and auth. Raise SealBroken."""
        endpoint, p256dh, auth = json.loads(self.take())
        return endpoint, p256dh, auth
