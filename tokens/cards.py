"""What the cards of the tokens share. The card of each: ``hard_token_card``, ``mobile_card``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from epcs_portal.local_time import clock_time, day_and_time
from tokens import selectors
from tokens.doors import SETTINGS, Door
from tokens.models import Condition, OathToken

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
    Condition.EXPIRED: "bad",
    Condition.REPORTED: "bad",
}

ORDER = "Order Spare Hardware Token"
# No password of it is even checked; and of these it does not end by itself, or by a resync.
CLOSED = {Condition.LOCKED, Condition.HELD, Condition.EXPIRED, Condition.REPORTED}
STAYS_CLOSED = CLOSED - {Condition.LOCKED}


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
        Condition.EXPIRED: "Expired",
        Condition.REPORTED: "Reported lost",
    }
    return words[condition], TONES[condition]


def capability(condition: Condition, *, may_sign: bool) -> dict[str, Any]:
    if condition is not Condition.ACTIVE:
        return SIGNS_NOT_NOW
    return SIGNS if may_sign else VERIFIES


def reason_words(removed: OathToken) -> str:
    """Return why it was removed, within a sentence."""
    label = removed.get_reason_display()
    return label if label.startswith("EPCS") else label.lower()


def first_token_until(person: User, tokens: Sequence[OathToken], *, at: datetime) -> str:
    """Return until when the first token may be added without verifying, or "" if it may not."""
    grant = None if tokens else selectors.open_grant_of(person, at=at)
    return day_and_time(grant.expires_at, at) if grant else ""


def report_action(value: str) -> dict[str, str]:
    """Return the link to the report. ``value``: what is lost (``lost.value_of``)."""
    url = f"{reverse('report_lost')}?what={value}"
    return action("Report lost or stolen", url, SETTINGS, "link")


def trouble_from(note: dict[str, str] | None, condition: Condition) -> dict[str, Any] | None:
    """Return what stands above a form that asks for a password of the token; None when all is well.

    ``is_locked``: no form is shown; ``is_held``: nothing on the page brings it back.
    """
    if note is None:
        return None
    return note | {"is_locked": condition in CLOSED, "is_held": condition in STAYS_CLOSED}


def phone_bound_note(token: OathToken) -> dict[str, str] | None:
    """Say what a token cannot do that a backup phone alone vouched for; nothing of any other."""
    if not token.is_phone_bound:
        return None
    text = (
        "It signs. It can't change your EPCS PIN or EPCS password, or add other tokens, until a "
        "designated individual at your practice confirms it."
    )
    return {"tone": "info", "title": "Added with a backup phone", "text": text}


def phone_bound_trouble(token: OathToken) -> dict[str, Any] | None:
    """Return what to say in the place of the form in which the token would reset the PIN."""
    note = phone_bound_note(token)
    return None if note is None else note | {"is_locked": True, "is_held": True}


def order_action(style: str) -> dict[str, str]:
    return action(ORDER, reverse("order_new"), SETTINGS, style)


def action(label: str, url: str, door: Door, style: str, hidden: str = "") -> dict[str, str]:
    query = door.query.replace("?", "&") if "?" in url else door.query
    return {"label": label, "url": url + query, "style": style, "hidden": hidden}
