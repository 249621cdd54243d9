"""What a person sees of their hard token: one presenter, for the card and for the table row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from epcs_portal.local_time import clock_time, day, day_and_time
from tokens.doors import ADMIN, SETTINGS, Door
from tokens.models import HardToken

SIGNS = {"yes": True, "text": "Can sign prescriptions and verify your identity."}
SIGNS_NOT_NOW = {"yes": False, "text": "Cannot sign prescriptions right now."}


def hard_token_status(token: HardToken | None, *, at: datetime) -> tuple[str, str]:
    """Return the words and the tone of the status tag."""
    if token is None:
        return "Not set up", "off"
    if token.held_at is not None:
        return "Locked", "bad"
    if token.locked_until is not None and token.is_locked(at):
        return f"Locked until {clock_time(token.locked_until)}", "bad"
    if token.out_of_step_at is not None:
        return "Out of sync", "warn"
    return "Active", "ok"


def hard_token_card(token: HardToken | None, *, at: datetime) -> dict[str, Any]:
    """Context of components/card.html."""
    tag, tone = hard_token_status(token, at=at)
    card = {
        "kind": "token",
        "id": "hard-token",
        "title": "Hardware Token",
        "subtitle": "One-Time Password",
        "tag": tag,
        "tone": tone,
        "note": _note(token, at=at) if token else None,
        "actions": hard_token_actions(token, tone, door=SETTINGS),
    }
    if token is None:
        card["text"] = (
            "A small device that shows a new 6-digit password each time you press its button."
        )
        return card
    used = day_and_time(token.last_used_at, at) if token.last_used_at else "Not yet"
    return card | {
        "facts": [
            {"label": "Serial number", "value": token.serial, "mono": True},
            {"label": "Added", "value": day(token.bound_at)},
            {"label": "Last used", "value": used},
        ],
        "capability": SIGNS if tone == "ok" else SIGNS_NOT_NOW,
    }


def hard_token_actions(token: HardToken | None, tone: str, *, door: Door) -> list[dict[str, str]]:
    """Return the links that make sense now. Only a token in trouble has a primary one."""
    if token is None:
        return [_action("Add", reverse("token_add"), door, "secondary", "a hardware token")]
    resync, test = (reverse(name, args=[token.pk]) for name in ("token_resync", "token_test"))
    if token.held_at is not None:
        return [_action("Contact support", reverse("support"), SETTINGS, "link")]
    label = "Resync Token" if door is ADMIN else "Resync your token"
    rests = "secondary" if door is ADMIN else "link"
    return [
        _action(label, resync, door, "primary" if tone == "warn" else rests),
        _action("Test my token", test, door, "secondary"),
    ]


def _action(label: str, url: str, door: Door, style: str, hidden: str = "") -> dict[str, str]:
    return {"label": label, "url": url + door.query, "style": style, "hidden": hidden}


def _note(token: HardToken, *, at: datetime) -> dict[str, str] | None:
    if token.held_at is not None:
        text = (
            "It was locked three times in a day. A designated individual at your practice "
            "has to unlock it. If those attempts weren't yours, call support now."
        )
        return {"tone": "bad", "title": "This token stays locked", "text": text}
    if token.locked_until is not None and token.is_locked(at):
        text = (
            "We locked this token after 5 incorrect codes. It unlocks by itself at "
            f"{clock_time(token.locked_until)}. If those attempts weren't yours, call support now."
        )
        return {"tone": "bad", "title": "Too many incorrect codes", "text": text}
    if token.out_of_step_at is not None:
        text = (
            "Its button was probably pressed several times without using the codes. "
            "Resync it to use it again. It takes about a minute."
        )
        return {"tone": "warn", "title": "Your token is out of sync", "text": text}
    return None
