"""What a person sees of their hard token: one presenter, for the card and for the table row."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from epcs_portal.local_time import clock_time, date_words, day, day_and_time
from tokens import history, lost, selectors
from tokens.cards import (
    ORDER,
    action,
    capability,
    order_action,
    phone_bound_note,
    reason_words,
    report_action,
    status_of,
    trouble_from,
)
from tokens.doors import ADMIN, SETTINGS, Door
from tokens.models import Condition, HardToken, Reservation

if TYPE_CHECKING:
    from accounts.models import User

NOT_SET_UP = "A small device that shows a new 6-digit password each time you press its button."
Action = dict[str, str]


def hard_token_status(token: HardToken | None, *, at: datetime) -> tuple[str, str]:
    return status_of(token, out_of_step="Out of sync", at=at)


def hard_token_card(
    person: User, token: HardToken | None, *, at: datetime, may_sign: bool = True
) -> dict[str, Any]:
    """Context of components/card.html. ``may_sign``: the person has all else that signing takes."""
    tag, tone = hard_token_status(token, at=at)
    card: dict[str, Any] = {
        "kind": "token",
        "id": "hard-token",
        "title": "Hardware Token",
        "subtitle": "One-Time Password",
        "tag": tag,
        "tone": tone,
    }
    spare = selectors.reservation_of(person)
    actions = hard_token_actions(token, door=SETTINGS, at=at)
    if spare is not None:  # another one would not be sent
        actions = [each for each in actions if each["label"] != ORDER]
        actions += [_view_order(spare)] if spare.order else []
    card["actions"] = actions
    if token is None:
        return card | _without(person, spare, at=at)
    used = day_and_time(token.last_used_at, at) if token.last_used_at else "Not yet"
    facts: list[dict[str, Any]] = [
        {"label": "Serial number", "value": token.serial, "mono": True},
        {"label": "Added", "value": day(token.bound_at)},
        {"label": "Last used", "value": used},
    ]
    if spare is not None:
        facts.append({"label": "Spare", "value": f"On its way, by {date_words(spare.expected_on)}"})
    return card | {
        "note": hard_token_note(token, at=at) or phone_bound_note(token),
        "facts": facts,
        "capability": capability(token.condition(at), may_sign=may_sign),
    }


def _view_order(spare: Reservation) -> Action:
    return action("View order", reverse("order_detail", args=[spare.order]), SETTINGS, "link")


def _without(person: User, spare: Reservation | None, *, at: datetime) -> dict[str, Any]:
    removed = history.last_removed_hard_token_of(person)
    if spare is not None:
        done = f"Sent {day(spare.sent_at)}" if spare.sent_at else f"Ordered {day(spare.ordered_at)}"
        text = (
            f"{done}. Expect it by {date_words(spare.expected_on)}. When it arrives, select Add to "
            "sync it to your account."
        )
        return {"tag": "On its way", "tone": "info", "text": text, "facts": _of_order(spare)}
    if removed is None:
        return {"text": NOT_SET_UP}
    text = (
        f"Token {removed.serial} was removed on {day(removed.removed_at or at)}. "
        f"Reason: {reason_words(removed)}. Add its replacement when you have it."
    )
    return {"tag": "Removed", "text": text}


def _of_order(spare: Reservation) -> list[dict[str, Any]]:
    facts = [
        ("Order", spare.order_number, True),
        ("Ship to", spare.destination, False),
        ("Serial number", spare.serial if spare.sent_at else "", True),
    ]
    return [{"label": label, "value": value, "mono": mono} for label, value, mono in facts if value]


def hard_token_actions(token: HardToken | None, *, door: Door, at: datetime) -> list[Action]:
    """Return the links that make sense now. Only a token in trouble has a primary one."""
    order = order_action("link")
    if token is None:
        return [action("Add", reverse("token_add"), door, "secondary", "a hardware token"), order]
    condition = token.condition(at)
    remove = _remove(token, door, "secondary")
    if condition is Condition.REPORTED:
        return [_remove(token, door, "primary"), order]
    if condition is Condition.EXPIRED:
        return [order_action("primary"), remove]
    report = report_action(lost.value_of(token))
    if condition is Condition.HELD:
        return [action("Contact support", reverse("support"), SETTINGS, "link"), report, remove]
    label = "Resync Token" if door is ADMIN else "Resync your token"
    style = "secondary" if door is ADMIN else "link"
    style = style if condition is Condition.ACTIVE else "primary"
    resync = action(label, reverse("token_resync", args=[token.pk]), door, style)
    if condition is Condition.LOCKED:
        return [resync, report, remove]
    if condition is Condition.OUT_OF_STEP:
        return [resync, remove]
    test = reverse("token_test", args=[token.pk])
    return [resync, action("Test my token", test, door, "secondary"), remove]


def _remove(token: HardToken, door: Door, style: str) -> Action:
    url = reverse("token_remove", args=[token.pk])
    return action("Remove", url, door, style, f"hardware token {token.serial}")


def hard_token_note(token: HardToken, *, at: datetime) -> dict[str, str] | None:
    """Context of components/note.html: what is wrong with the token, and what to do."""
    condition = token.condition(at)
    if condition is Condition.REPORTED and token.reported_at is not None:
        text = (
            "Nobody can use this token. Remove it to add a replacement. If you found it, call "
            f"support at {settings.SUPPORT_PHONE} before you do anything with it."
        )
        title = f"Suspended {day_and_time(token.reported_at, at, today='today')}"
        return {"tone": "bad", "title": title, "text": text}
    if condition is Condition.EXPIRED and token.expires_at is not None:
        text = (
            "This token reached its end of life and its codes are no longer accepted. Order a "
            "spare, then remove this one."
        )
        return {"tone": "bad", "title": f"Expired {day(token.expires_at)}", "text": text}
    return _lock_note(token, condition, at=at)


def _lock_note(token: HardToken, condition: Condition, *, at: datetime) -> dict[str, str] | None:
    if condition is Condition.HELD:
        text = (
            f"It was locked {settings.OTP_LOCKS_TO_HOLD} times in a day. A designated individual "
            "at your practice has to unlock it. If those attempts weren't yours, report the token "
            "lost or stolen."
        )
        return {"tone": "bad", "title": "This token stays locked", "text": text}
    if condition is Condition.LOCKED and token.locked_until is not None:
        minutes = max(1, round((token.locked_until - at).total_seconds() / 60))
        text = (
            f"We locked this token after {settings.OTP_FAILURES_TO_LOCK} incorrect codes. It "
            f"unlocks at {clock_time(token.locked_until)}, in {minutes} "
            f"minute{'' if minutes == 1 else 's'}. If you have it in your hand, a resync unlocks "
            "it now. If those attempts weren't yours, report the token lost or stolen."
        )
        return {"tone": "bad", "title": "Too many incorrect codes", "text": text}
    if condition is Condition.OUT_OF_STEP:
        text = (
            "Its button was probably pressed several times without using the codes. "
            "Resync it to use it again. It takes about a minute."
        )
        return {"tone": "warn", "title": "Your token is out of sync", "text": text}
    return None


def hard_token_trouble(token: HardToken, *, at: datetime) -> dict[str, Any] | None:
    """Return what to say above a form that asks for a password, or None when all is well."""
    note, condition = hard_token_note(token, at=at), token.condition(at)
    return trouble_from(note, condition)
