"""What a person sees of their Mobile ID: one presenter, for the card and for the table row."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from epcs_portal.local_time import clock_time, day, day_and_time
from epcs_portal.phone_numbers import masked
from tokens import history, lost, mobile_ids, selectors
from tokens.cards import (
    CLOSED,
    SIGNS_NOT_NOW,
    action,
    capability,
    phone_bound_note,
    reason_words,
    report_action,
    status_of,
)
from tokens.doors import SETTINGS, Door
from tokens.mobile_notes import LEFT, mobile_id_note
from tokens.models import Condition, MobileIdSetup, SoftToken

if TYPE_CHECKING:
    from accounts.models import User

APP = settings.SOFT_TOKEN_APP
State = MobileIdSetup.State
NOT_SET_UP = (
    "Use your smartphone to sign with a 6-digit code or by approving a request, even when your "
    "hardware token is out of reach."
)


def mobile_id_status(token: SoftToken | None, *, has_left: bool, at: datetime) -> tuple[str, str]:
    """``has_left``: the phone itself gave it up, so nothing makes its codes any more."""
    if has_left and token is not None and token.reported_at is None:
        return "Not on your phone", "warn"
    return status_of(token, out_of_step="Codes not accepted", at=at)


def mobile_id_card(
    person: User,
    token: SoftToken | None,
    *,
    has_left: bool,
    at: datetime,
    may_sign: bool = True,
) -> dict[str, Any]:
    """Context of components/card.html."""
    setup = None if token else selectors.latest_setup_of(person)
    card: dict[str, Any] = {
        "kind": "mobile",
        "id": "mobile-id",
        "title": "Mobile ID",
        "subtitle": APP,
        "actions": mobile_id_actions(token, setup, has_left=has_left, door=SETTINGS, at=at),
    }
    if token is None:
        return card | _without(person, setup, at=at)
    tag, tone = mobile_id_status(token, has_left=has_left, at=at)
    used = day_and_time(token.last_used_at, at) if token.last_used_at else "Not yet"
    return card | {
        "tag": tag,
        "tone": tone,
        "note": mobile_id_note(token, at=at)
        or (LEFT if has_left else None)
        or phone_bound_note(token),
        "facts": [
            {"label": "Smartphone", "value": token.serial},
            {"label": "Added", "value": day(token.bound_at)},
            {"label": "Last used", "value": used},
        ],
        "capability": SIGNS_NOT_NOW
        if has_left
        else capability(token.condition(at), may_sign=may_sign),
    }


def _without(person: User, setup: MobileIdSetup | None, *, at: datetime) -> dict[str, Any]:
    if setup is None:
        return {"tag": "Not set up", "tone": "off", "text": NOT_SET_UP}
    removed = history.last_removed_mobile_id_of(person)
    is_over = mobile_ids.is_over(setup, at=at)
    if is_over and removed is not None and (removed.removed_at or at) > setup.started_at:
        return _removed(removed, at=at)
    facts = [{"label": "Smartphone", "value": masked(setup.number)}]
    request = None if is_over else selectors.request_of_setup(setup)
    if request is not None and request.is_open(at):
        text = (
            f"We sent a link to your phone at {clock_time(setup.started_at)}. Approve the request "
            "in Mobile ID, or finish with a code."
        )
        return {"tag": "Waiting for approval", "tone": "info", "text": text, "facts": facts}
    if setup.state == State.DENIED:
        text = "The request was denied on your phone, so nothing was added."
        return {"tag": "Request denied", "tone": "warn", "text": text}
    text = (
        f"The request sent on {day(setup.started_at)} wasn't approved, so nothing was added. "
        "Send a new request when you have your phone."
    )
    return {"tag": "Request expired", "tone": "warn", "text": text}


def _removed(removed: SoftToken, *, at: datetime) -> dict[str, Any]:
    text = (
        f"Mobile ID on {removed.serial} was removed on {day(removed.removed_at or at)}. "
        f"Reason: {reason_words(removed)}."
    )
    return {"tag": "Removed", "tone": "off", "text": text}


def mobile_id_actions(
    token: SoftToken | None,
    setup: MobileIdSetup | None,
    *,
    has_left: bool,
    door: Door,
    at: datetime,
) -> list[dict[str, str]]:
    """Add, Activate or Remove, by state, as the article has it. ``setup``: the latest one."""
    if token is None:
        if setup is not None and not mobile_ids.is_over(setup, at=at):
            page = reverse("mobile_approve", args=[setup.pk])
            code = reverse("mobile_code", args=[setup.pk])
            return [
                action("Activate", page, door, "primary", "Mobile ID"),
                action("Verify with Mobile ID code", code, door, "link"),
            ]
        is_tried = setup is not None and setup.state == State.ENDED
        label = "Activate" if is_tried else "Add"
        return [action(label, reverse("mobile_add"), door, "secondary", "Mobile ID")]
    return _with(token, has_left=has_left, door=door, at=at)


def _with(token: SoftToken, *, has_left: bool, door: Door, at: datetime) -> list[dict[str, str]]:
    condition, hidden = token.condition(at), f"Mobile ID on {token.serial}"
    url, move = reverse("mobile_remove", args=[token.pk]), reverse("mobile_add") + "?replace=1"
    if condition is Condition.REPORTED:
        return [action("Remove", url, door, "primary", hidden)]
    actions = [
        action("Remove", url, door, "secondary", hidden),
        action("Move to another phone", move, door, "link"),
    ]
    if condition in CLOSED:
        return [report_action(lost.value_of(token)), *actions]
    if not has_left:
        test = reverse("mobile_test", args=[token.pk])
        style = "secondary" if condition is Condition.ACTIVE else "primary"
        actions.insert(0, action("Check a code", test, door, style))
    return actions
