"""One row a person, locked first by whatever lets them sign or stops them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tokens.models import LockedRow


class SigningState(LockedRow):
    """Failed signing ceremonies in a row, and which open pages may still sign.

    The failures are a count of their own, apart from the token's: only a full two-factor
    success or a PIN reset clears them. ``generation`` grows when the PIN changes or a factor
    is reported lost: a signing page opened before that signs nothing any more.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    generation = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"signing state of {self.user}"
