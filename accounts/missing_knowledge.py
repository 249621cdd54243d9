"""A person has neither an EPCS PIN nor an EPCS password: which of them they can set now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts import knowledge_permits, selectors
from accounts.models import KnowledgeFactor
from accounts.standing import Standing
from epcs_portal.local_time import month_day_and_time
from tokens.models import OathToken

Kind = KnowledgeFactor.Kind
HELPERS = {"label": "Who can help", "url": "/support/#practice"}
_PAGES = {
    Kind.PIN: ("Set your EPCS PIN", "pin"),
    Kind.PASSWORD: ("Set up my EPCS password", "password"),
}


def first_kind(standing: Standing, *, at: datetime) -> Kind:
    """Return which of the two can be set now. A PIN takes a token alone; a password takes a reset
    too, but for the day of activation: then it is what signing asks for first."""
    if selectors.open_reset_of(standing.person, at=at) is not None:
        return Kind.PASSWORD
    is_password = standing.asked_first is Kind.PASSWORD
    if is_password and knowledge_permits.is_granted(standing.person, at=at):
        return Kind.PASSWORD
    return Kind.PIN


def page_for(kind: Kind) -> dict[str, str]:
    """Return label and address of the page on which it is set."""
    label, url_name = _PAGES[kind]
    return {"label": label, "url": reverse(url_name)}


def missing_knowledge(
    standing: Standing, working: Sequence[OathToken], *, at: datetime
) -> dict[str, Any]:
    """Return text and the one next step. ``working``: the tokens, which alone can prove it."""
    reset, kind = selectors.open_reset_of(standing.person, at=at), first_kind(standing, at=at)
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
        return {"text": f"{text}.", "action": page_for(kind)}
    name, until = reset.reset_by.full_name, month_day_and_time(reset.expires_at)
    return {
        "text": f"{text}: {name} reset yours. Set a new one by {until}.",
        "action": page_for(kind),
    }
