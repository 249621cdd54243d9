"""What a person sees of their hard token: one presenter, for the card and for the table row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from epcs_portal.local_time import clock_time, day, day_and_time
from tokens import selectors
from tokens.doors import ADMIN, SETTINGS, Door
from tokens.models import Condition, HardToken, OathToken

if TYPE_CHECKING:
    from accounts.models import User

SIGNS = {"yes": True, "text": "Can sign prescriptions and verify your identity."}
VERIFIES = {"yes": False, "text": "Verifies your identity. Cannot sign prescriptions yet."}
SIGNS_NOT_NOW = {"yes": False, "text": "Cannot sign prescriptions right now."}
TONES = {
    Condition.ACTIVE: "ok",
    Condition.OUT_OF_STEP: "warn",
    Condition.LOCKED: "bad",
    Condition.HELD: "bad",
}


def status_of(token: OathToken | None, *, out_of_step: str, at: datetime) -> tuple[str, str]:
    """Return the words and the tone of the status tag."""
    if token is None:
        return "Not set up", "off"
    condition = token.condition(at)
    words = {
        Condition.ACTIVE: "Active",
        Condition.OUT_OF_STEP: out_of_step,
        Condition.LOCKED: f"Locked until {clock_time(token.locked_until or at)}",
        Condition.HELD: "Locked",
    }
    return words[condition], TONES[condition]


def hard_token_status(token: HardToken | None, *, at: datetime) -> tuple[str, str]:
    return status_of(token, out_of_step="Out of sync", at=at)


def hard_token_card(
    token: HardToken | None, *, at: datetime, may_sign: bool = True
) -> dict[str, Any]:
    """Context of components/card.html. ``may_sign``: the person has all else that signing takes."""
    tag, tone = hard_token_status(token, at=at)
    card = {
        "kind": "token",
        "id": "hard-token",
        "title": "Hardware Token",
        "subtitle": "One-Time Password",
        "tag": tag,
        "tone": tone,
        "actions": hard_token_actions(token, door=SETTINGS, at=at),
    }
    if token is None:
        text = "A small device that shows a new 6-digit password each time you press its button."
        return card | {"text": text}
    used = day_and_time(token.last_used_at, at) if token.last_used_at else "Not yet"
    return card | {
        "note": hard_token_note(token, at=at) or phone_bound_note(token),
        "facts": [
            {"label": "Serial number", "value": token.serial, "mono": True},
            {"label": "Added", "value": day(token.bound_at)},
            {"label": "Last used", "value": used},
        ],
        "capability": capability(token.condition(at), may_sign=may_sign),
    }


def capability(condition: Condition, *, may_sign: bool) -> dict[str, Any]:
    if condition is not Condition.ACTIVE:
        return SIGNS_NOT_NOW
    return SIGNS if may_sign else VERIFIES


def first_token_until(person: User, tokens: Sequence[OathToken], *, at: datetime) -> str:
    """Return until when the first token may be added without verifying, or "" if it may not."""
    grant = None if tokens else selectors.open_grant_of(person, at=at)
    return day_and_time(grant.expires_at, at) if grant else ""


def hard_token_actions(
    token: HardToken | None, *, door: Door, at: datetime
) -> list[dict[str, str]]:
    """Return the links that make sense now. Only a token in trouble has a primary one."""
    if token is None:
        return [action("Add", reverse("token_add"), door, "secondary", "a hardware token")]
    condition = token.condition(at)
    if condition is Condition.HELD:
        return [action("Contact support", reverse("support"), SETTINGS, "link")]
    label = "Resync Token" if door is ADMIN else "Resync your token"
    style = "secondary" if door is ADMIN else "link"
    style = style if condition is Condition.ACTIVE else "primary"
    resync = action(label, reverse("token_resync", args=[token.pk]), door, style)
    if condition is Condition.LOCKED:
        return [resync]
    test = reverse("token_test", args=[token.pk])
    return [resync, action("Test my token", test, door, "secondary")]


def hard_token_note(token: HardToken, *, at: datetime) -> dict[str, str] | None:
    """Context of components/note.html: what is wrong with the token, and what to do."""
    condition = token.condition(at)
    if condition is Condition.HELD:
        text = (
            f"It was locked {settings.OTP_LOCKS_TO_HOLD} times in a day. A designated individual "
            "at your practice has to unlock it. If those attempts weren't yours, call support at "
            f"{settings.SUPPORT_PHONE} now."
        )
        return {"tone": "bad", "title": "This token stays locked", "text": text}
    if condition is Condition.LOCKED and token.locked_until is not None:
        minutes = max(1, round((token.locked_until - at).total_seconds() / 60))
        text = (
            f"We locked this token after {settings.OTP_FAILURES_TO_LOCK} incorrect codes. It "
            f"unlocks at {clock_time(token.locked_until)}, in {minutes} "
            f"minute{'' if minutes == 1 else 's'}. If you have it in your hand, a resync unlocks "
            "it now. If those attempts weren't yours, call support at "
            f"{settings.SUPPORT_PHONE} now."
        )
        return {"tone": "bad", "title": "Too many incorrect codes", "text": text}
    if condition is Condition.OUT_OF_STEP:
        text = (
            "Its button was probably pressed several times without using the codes. "
            "Resync it to use it again. It takes about a minute."
        )
        return {"tone": "warn", "title": "Your token is out of sync", "text": text}
    return None


def phone_bound_note(token: OathToken) -> dict[str, str] | None:
    """Say what a token cannot do that a backup phone alone vouched for; nothing of any other."""
    if not token.is_phone_bound:
        return None
    text = (
        "It signs. It can't change your EPCS PIN or add other tokens until a designated "
        "individual at your practice confirms it."
    )
    return {"tone": "info", "title": "Added with a backup phone", "text": text}


def phone_bound_trouble(token: OathToken) -> dict[str, Any] | None:
    """Return what to say in the place of the form in which the token would reset the PIN."""
    note = phone_bound_note(token)
    return None if note is None else note | {"is_locked": True, "is_held": True}


def hard_token_trouble(token: HardToken, *, at: datetime) -> dict[str, Any] | None:
    """Return what to say above a form that asks for a password, or None when all is well."""
    note, condition = hard_token_note(token, at=at), token.condition(at)
    if note is None:
        return None
    return note | {
        "is_locked": condition in {Condition.LOCKED, Condition.HELD},
        "is_held": condition is Condition.HELD,
    }


def action(label: str, url: str, door: Door, style: str, hidden: str = "") -> dict[str, str]:
    query = door.query.replace("?", "&") if "?" in url else door.query
    return {"label": label, "url": url + query, "style": style, "hidden": hidden}
