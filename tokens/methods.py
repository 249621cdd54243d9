"""The methods of "Verify it's you", and why one cannot be used now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from epcs_portal.local_time import clock_time
from tokens.models import Condition, HardToken


def hard_token_method(token: HardToken, *, at: datetime) -> dict[str, Any]:
    """Context of one choice on the page. ``action`` is the way out where it cannot be used."""
    condition = token.condition(at)
    failures, until = settings.OTP_FAILURES_TO_LOCK, clock_time(token.locked_until or at)
    texts = {
        Condition.ACTIVE: f"Press the button on token {token.serial}",
        Condition.OUT_OF_STEP: "Out of sync. Resync it first, then verify with it.",
        Condition.LOCKED: (
            f"Locked until {until} after {failures} incorrect codes. A resync unlocks it now."
        ),
        Condition.HELD: "Locked until a designated individual at your practice unlocks it.",
    }
    resync = {"label": "Resync your token", "url": reverse("token_resync", args=[token.pk])}
    can_be_resynced = condition in {Condition.OUT_OF_STEP, Condition.LOCKED}
    return {
        "value": "token",
        "label": "Hardware token",
        "text": texts[condition],
        "available": condition is Condition.ACTIVE,
        "action": resync if can_be_resynced else None,
    }
