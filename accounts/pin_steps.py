"""The three steps of a new EPCS PIN, as the pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from accounts.selectors import pin_of
from epcs_portal.forms import PortalForm
from tokens import selectors
from tokens.cards import STAYS_CLOSED, phone_bound_trouble
from tokens.doors import ADMIN
from tokens.hard_token_card import hard_token_trouble
from tokens.mobile_notes import LEFT, mobile_id_trouble
from tokens.models import HardToken, OathToken, SoftToken

if TYPE_CHECKING:
    from accounts.models import User

STEPS = ["Validate passcode", "Choose PIN", "Done"]


def step(number: int) -> dict[str, Any]:
    back = {"label": "Admin", "url": reverse("epcs_controls")}
    return {"steps": STEPS, "step": number, "back": back}


def first_step(person: User) -> dict[str, Any]:
    return {"is_first": pin_of(person) is None, **step(1)}


def trouble_of(token: OathToken, *, at: datetime) -> dict[str, Any] | None:
    """Return what keeps this token from proving it, or is wrong with it."""
    if bound := phone_bound_trouble(token):
        return bound
    if isinstance(token, HardToken):
        return hard_token_trouble(token, at=at)
    if isinstance(token, SoftToken) and selectors.was_left(token):
        return LEFT | {"is_locked": True, "is_held": True}
    return mobile_id_trouble(token, at=at) if isinstance(token, SoftToken) else None


def usable(tokens: list[OathToken], *, at: datetime) -> list[OathToken]:
    """Return those that can prove it now; one that is out of sync may be tried."""
    troubles = [(token, trouble_of(token, at=at)) for token in tokens]
    return [token for token, trouble in troubles if trouble is None or not trouble["is_locked"]]


def code_generators(tokens: list[OathToken], *, at: datetime) -> list[OathToken]:
    """Return the Mobile ID whose code can prove it now, if there is one."""
    return [token for token in usable(tokens, at=at) if isinstance(token, SoftToken)]


def proof_page(
    form: PortalForm, tokens: list[OathToken], *, asked: dict[str, Any] | None, at: datetime
) -> dict[str, Any]:
    """Context of accounts/pin.html. ``asked``: the request that waits for the phone."""
    open_ones = usable(tokens, at=at)
    shown = trouble_of(open_ones[0] if open_ones else tokens[0], at=at)
    hard = next((token for token in tokens if isinstance(token, HardToken)), None)
    mobile = next((token for token in open_ones if not isinstance(token, HardToken)), None)
    return {
        "form": form,
        "proof_form": form,
        "push": asked,
        # What was typed is answered by the form itself.
        "trouble": None if form.is_bound and open_ones else shown,
        "is_closed": not open_ones,
        "can_push": mobile is not None and selectors.phone_of(mobile) is not None,  # type: ignore[arg-type]
        "app": settings.SOFT_TOKEN_APP,
        "resync_url": _resync_url(hard, at=at) if hard else "",
    }


def _resync_url(token: HardToken, *, at: datetime) -> str:
    """Return where it is brought back; "" where that makes no sense."""
    if token.condition(at) in STAYS_CLOSED or token.is_phone_bound:
        return ""
    return reverse("token_resync", args=[token.pk]) + ADMIN.query
