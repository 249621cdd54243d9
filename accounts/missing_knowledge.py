"""A person has neither an EPCS PIN nor an EPCS password: which of them they can set now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts import selectors
from accounts.models import KnowledgeFactor
from accounts.standing import Standing
from epcs_portal.local_time import month_day_and_time
from tokens.models import OathToken

Kind = KnowledgeFactor.Kind
HELPERS = {"label": "Who can help", "url": "/support/#practice"}


def missing_knowledge(
    standing: Standing, working: Sequence[OathToken], *, at: datetime
) -> dict[str, Any]:
    """Return text and the one next step. ``working``: the tokens, which alone can prove it."""
    reset = selectors.open_reset_of(standing.person, at=at)
    kind = Kind.PIN if reset is None else Kind.PASSWORD
    text = f"Your token works. You still need an {kind.label}"
    if all(token.is_phone_bound for token in working):
        return {
            "text": (
                f"{text}, and this token can't set one until a designated individual at your "
                "practice confirms it."
            ),
            "action": HELPERS,
        }
    if reset is None:
        return {"text": f"{text}.", "action": {"label": "Set your EPCS PIN", "url": reverse("pin")}}
    name, until = reset.reset_by.full_name, month_day_and_time(reset.expires_at)
    return {
        "text": f"{text}: {name} reset yours. Set a new one by {until}.",
        "action": {"label": "Set up my EPCS password", "url": reverse("password")},
    }
