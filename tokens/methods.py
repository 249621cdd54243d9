"""The methods of "Verify it's you", and why one cannot be used now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from epcs_portal.local_time import clock_time
from tokens.models import HardToken


def hard_token_method(token: HardToken | None, *, at: datetime) -> dict[str, Any]:
    """Context of one choice on the page."""
    unavailable = _why_not(token, at=at)
    text = f"Press the button on token {token.serial}" if token else ""
    action = None
    if token is not None and token.out_of_step_at is not None and not token.is_locked(at):
        url = reverse("token_resync", args=[token.pk])
        action = {"label": "Resync your token", "url": url}
    return {
        "action": action,
        "value": "token",
        "label": "Hardware token",
        "text": unavailable or text,
        "available": not unavailable,
        "checked": not unavailable,
        "icon": "token",
    }


def _why_not(token: HardToken | None, *, at: datetime) -> str:
    if token is None:
        return "Not set up."
    if token.held_at is not None:
        return "Locked until a designated individual at your practice unlocks it."
    if token.locked_until is not None and token.is_locked(at):
        return f"Locked until {clock_time(token.locked_until)} after 5 incorrect codes."
    if token.out_of_step_at is not None:
        return "Out of sync. Resync it first, then verify with it."
    return ""
