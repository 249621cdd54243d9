"""Can I sign? If not, the one next step. Derived from rows each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts import selectors, signing_states
from accounts.models import KnowledgeFactor, Prescriber
from accounts.signing_access import Access, access_of
from epcs_portal.local_time import clock_time, day
from tokens.cards import hard_token_status
from tokens.models import Condition, HardToken
from tokens.throttle import Lock

NO_ACCESS = {
    Access.NOT_GIVEN: {
        "text": (
            "Your practice has not given you access to sign yet. "
            "Ask an eRx administrator at your practice."
        ),
    },
    Access.REVOKED: {
        "title": "You can't sign",
        "text": (
            "Your practice ended your access to sign. Ask an eRx administrator at your practice."
        ),
    },
    Access.SUSPENDED: {
        "title": "You can't sign now",
        "text": (
            "A loss, theft or misuse was reported, so signing under your name stopped. You can "
            "sign again when your practice approves it. Ask an eRx administrator at your practice."
        ),
    },
    Access.HELD: {
        "title": "Signing is on hold",
        "text": (
            "Somebody with a link from our security notices said that a change to your account "
            "wasn't yours, so nobody can sign under your name."
        ),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The facts readiness follows from."""

    is_registered: bool
    access: Access
    hard_token: HardToken | None
    pin: KnowledgeFactor | None
    signing: Lock

    def has_the_rest(self, at: datetime) -> bool:
        """Whether a working token is all that signing takes."""
        is_open = self.access is Access.GRANTED and not self.signing.is_closed(at)
        return self.pin is not None and is_open

    @property
    def pin_status(self) -> str:
        return f"Set {day(self.pin.set_at)}" if self.pin else "Not set"


def standing_of(prescriber: Prescriber, hard_token: HardToken | None) -> Standing:
    return Standing(
        is_registered=prescriber.is_registered,
        access=access_of(prescriber),
        hard_token=hard_token,
        pin=selectors.pin_of(prescriber.user),
        signing=signing_states.state_of(prescriber.user).lock,
    )


def readiness(standing: Standing, *, phones: int, at: datetime) -> dict[str, Any]:
    """Context of the readiness panel: title, the one next step, and always four checks.

    ``phones``: how many backup phones are confirmed. Signing takes none; losing a token does.
    """
    token, tone = hard_token_status(standing.hard_token, at=at)
    checks = [
        ("ok" if standing.pin else "todo", "EPCS PIN", standing.pin_status),
        ("ok" if tone == "ok" else "todo", "Hardware Token", token),
        ("off", f"Mobile ID ({settings.SOFT_TOKEN_APP})", "Not set up"),
        (
            "ok" if phones else "todo",
            "Backup phone",
            f"{phones} of {settings.BACKUP_PHONES}" if phones else "None. Add one",
        ),
    ]
    panel = verdict(standing, at=at)
    if panel["tone"] == "ok" and not phones:
        panel["text"] = "Add a backup phone so you can still get in if you lose your token."
    return panel | {
        "checks": [{"state": state, "label": label, "text": text} for state, label, text in checks]
    }


def verdict(standing: Standing, *, at: datetime) -> dict[str, Any]:
    """Return title, text and the one next step, without the four checks."""
    if not standing.is_registered:
        return _cannot(
            "Your EPCS registration is not complete. Ask an eRx Administrator at your practice, "
            f"or call support at {settings.SUPPORT_PHONE}.",
            "Contact support",
            reverse("support"),
        )
    token = standing.hard_token
    if token is None:
        add = reverse("token_add")
        return _cannot("Add your hardware token first.", "Add a hardware token", add)
    if token.condition(at) is not Condition.ACTIVE:
        return _token_trouble(token, standing, at=at)
    if standing.pin is None and token.is_phone_bound:
        text = (
            "Your token works. You still need an EPCS PIN, and this token can't set one until a "
            "designated individual at your practice confirms it."
        )
        return _cannot(text, "Contact support", reverse("support"))
    if standing.pin is None:
        text = "Your token works. You still need an EPCS PIN."
        return _cannot(text, "Set your EPCS PIN", reverse("pin"))
    if standing.access is Access.HELD:
        return _cannot("", "Lift the hold", reverse("hold")) | NO_ACCESS[Access.HELD]
    if standing.access is not Access.GRANTED:
        return _cannot("") | NO_ACCESS[standing.access]
    if standing.signing.is_closed(at):
        return _signing_locked(standing.signing, at=at)
    return {
        "tone": "ok",
        "title": "Ready to sign",
        "text": "You can sign controlled substance prescriptions with your hardware token.",
        "action": None,
    }


def _token_trouble(token: HardToken, standing: Standing, *, at: datetime) -> dict[str, Any]:
    condition, resync = token.condition(at), reverse("token_resync", args=[token.pk])
    if condition is Condition.HELD:
        return _cannot("Your token stays locked.", "Contact support", reverse("support"))
    if condition is Condition.OUT_OF_STEP:
        return _cannot("Your token is out of sync.", "Resync your token", resync) | {"tone": "warn"}
    is_all = standing.has_the_rest(at)
    until = f" until {clock_time(token.locked_until or at)}" if is_all else " yet"
    text = "Your hardware token is locked. If you have it in your hand, a resync unlocks it now."
    return _cannot(text, "Resync your token", resync) | {"title": f"You can't sign{until}"}


def _signing_locked(lock: Lock, *, at: datetime) -> dict[str, Any]:
    """Say until when, if it ends by itself. A new PIN ends it in any case."""
    title = f"You can't sign until {clock_time(lock.locked_until or at)}"
    text = (
        f"There were {settings.SIGNING_FAILURES_TO_LOCK} incorrect attempts to sign, so we locked "
        "signing to protect you. A new PIN unlocks it now."
    )
    if lock.held_at is not None:
        title = "You can't sign now"
        text = (
            f"Signing was locked {settings.SIGNING_LOCKS_TO_HOLD} times in a day, so it stays "
            "locked until you reset your EPCS PIN. If those attempts weren't yours, call support "
            f"at {settings.SUPPORT_PHONE} now."
        )
    return _cannot(text, "Reset EPCS PIN", reverse("pin")) | {"title": title}


def _cannot(text: str, label: str = "", url: str = "") -> dict[str, Any]:
    action = {"label": label, "url": url} if label else None
    return {"tone": "bad", "title": "You can't sign yet", "text": text, "action": action}
