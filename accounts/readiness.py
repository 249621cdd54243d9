"""Can I sign? If not, the one next step. Derived from rows each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import KnowledgeFactor, Prescriber
from accounts.signing_access import may_sign
from epcs_portal.local_time import clock_time, day
from tokens.cards import hard_token_status
from tokens.models import Condition, HardToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The facts readiness follows from."""

    is_registered: bool
    may_sign: bool
    hard_token: HardToken | None
    pin: KnowledgeFactor | None

    @property
    def has_the_rest(self) -> bool:
        """Whether a working token is all that signing takes."""
        return self.pin is not None and self.may_sign


def standing_of(prescriber: Prescriber, hard_token: HardToken | None) -> Standing:
    factors = KnowledgeFactor.objects.filter(user=prescriber.user_id)
    return Standing(
        is_registered=prescriber.is_registered,
        may_sign=may_sign(prescriber),
        hard_token=hard_token,
        pin=factors.filter(kind=KnowledgeFactor.Kind.PIN).defer("sealed").first(),
    )


def readiness(standing: Standing, *, at: datetime) -> dict[str, Any]:
    """Context of the readiness panel: title, the one next step, and always four checks."""
    token, tone = hard_token_status(standing.hard_token, at=at)
    pin = f"Set {day(standing.pin.set_at)}" if standing.pin else "Not set"
    checks = [
        ("ok" if standing.pin else "todo", "EPCS PIN", pin),
        ("ok" if tone == "ok" else "todo", "Hardware Token", token),
        ("off", f"Mobile ID ({settings.SOFT_TOKEN_APP})", "Not set up"),
        ("off", "Backup phone", "None"),
    ]
    return _verdict(standing, at=at) | {
        "checks": [{"state": state, "label": label, "text": text} for state, label, text in checks]
    }


def _verdict(standing: Standing, *, at: datetime) -> dict[str, Any]:
    token = standing.hard_token
    if not standing.is_registered:
        return _cannot(
            "Your EPCS registration is not complete. Ask an eRx Administrator at your practice, "
            f"or call support at {settings.SUPPORT_PHONE}.",
            "Contact support",
            reverse("support"),
        )
    if token is None:
        add = reverse("token_add")
        return _cannot("Add your hardware token first.", "Add a hardware token", add)
    condition, resync = token.condition(at), reverse("token_resync", args=[token.pk])
    if condition is Condition.HELD:
        return _cannot("Your token stays locked.", "Contact support", reverse("support"))
    if condition is Condition.LOCKED:
        until = (
            f" until {clock_time(token.locked_until or at)}" if standing.has_the_rest else " yet"
        )
        title = f"You can't sign{until}"
        text = (
            "Your hardware token is locked. If you have it in your hand, a resync unlocks it now."
        )
        return _cannot(text, "Resync your token", resync) | {"title": title}
    if condition is Condition.OUT_OF_STEP:
        return _cannot("Your token is out of sync.", "Resync your token", resync) | {"tone": "warn"}
    if standing.pin is None:
        return _cannot("Your token works. You still need an EPCS PIN, which can't be set here yet.")
    if not standing.may_sign:
        return _cannot(
            "Your practice has not given you access to sign yet. "
            "Ask an eRx administrator at your practice."
        )
    return {
        "tone": "ok",
        "title": "Ready to sign",
        "text": "You can sign controlled substance prescriptions with your hardware token.",
        "action": None,
    }


def _cannot(text: str, label: str = "", url: str = "") -> dict[str, Any]:
    action = {"label": label, "url": url} if label else None
    return {"tone": "bad", "title": "You can't sign yet", "text": text, "action": action}
