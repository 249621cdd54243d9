"""The steps to a new EPCS PIN or EPCS password, as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from accounts.models import KnowledgeFactor
from accounts.selectors import knowledge_of
from epcs_portal.forms import PortalForm
from tokens import selectors
from tokens.cards import STAYS_CLOSED, phone_bound_trouble
from tokens.doors import ADMIN
from tokens.hard_token_card import hard_token_trouble
from tokens.mobile_notes import LEFT, mobile_id_trouble
from tokens.models import HardToken, OathToken, SoftToken

if TYPE_CHECKING:
    from accounts.models import User

Kind = KnowledgeFactor.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """``first`` and ``again`` are the headings; ``prove`` and ``choose`` name the addresses.

    ``title`` and ``covers``: what a phone is asked, so that an approval for a PIN is none for a
    password.
    """

    kind: Kind
    first: str
    again: str
    names: tuple[str, str, str]
    prove: str
    choose: str
    back: tuple[str, str]
    title: str = ""
    covers: str = ""


PIN = Steps(
    kind=Kind.PIN,
    first="Set your EPCS PIN",
    again="Reset EPCS PIN",
    names=("Validate passcode", "Choose PIN", "Done"),
    prove="pin",
    choose="pin_new",
    back=("Admin", "epcs_controls"),
)
PASSWORD = Steps(
    kind=Kind.PASSWORD,
    first="Set up my EPCS password",
    again="Set up my EPCS password",
    names=("Validate passcode", "Choose password", "Done"),
    prove="password",
    choose="password_new",
    back=("EPCS settings", "settings_epcs"),
    title="Set up my EPCS password",
    covers="EPCS password",
)


def step(steps: Steps, number: int) -> dict[str, Any]:
    label, url_name = steps.back
    return {
        "steps": list(steps.names),
        "step": number,
        "back": {"label": label, "url": reverse(url_name)},
    }


def first_step(steps: Steps, person: User) -> dict[str, Any]:
    heading = steps.again if steps.kind in knowledge_of(person) else steps.first
    shown = {"heading": heading, "label": steps.kind.label, "prove_url": reverse(steps.prove)}
    return shown | step(steps, 1)


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
