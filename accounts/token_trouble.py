"""None of the tokens works: why, and the one next step."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.standing import Standing
from epcs_portal.local_time import clock_time
from tokens import lost
from tokens.cards import ORDER
from tokens.mobile_notes import LEFT, mobile_id_note
from tokens.models import Condition, HardToken, OathToken, SoftToken
from tokens.selectors import open_grant_of
from tokens.ways_in import ways_in_of

Step = dict[str, str]


def step_for(token: OathToken, *, has_left: bool, at: datetime) -> Step | None:
    """Return the link that brings this token back, or makes room for another one."""
    condition = token.condition(at)
    if condition is Condition.REPORTED:
        return _remove(token, at=at)
    if condition is Condition.EXPIRED:
        return {"label": ORDER, "url": reverse("order_new")}
    if condition is Condition.HELD:
        return None
    if isinstance(token, HardToken):
        return {"label": "Resync your token", "url": reverse("token_resync", args=[token.pk])}
    if has_left:
        return {"label": "Move to another phone", "url": reverse("mobile_add") + "?replace=1"}
    if condition is Condition.OUT_OF_STEP:
        return {"label": "Check a code", "url": reverse("mobile_test", args=[token.pk])}
    return None


def _remove(token: OathToken, *, at: datetime) -> Step | None:
    """None for who has nothing left to verify with: support helps then."""
    can_verify = bool(ways_in_of(token.user, at=at)) or open_grant_of(token.user, at=at)
    return {"label": "Remove it", "url": lost.removal_of(token)} if can_verify else None


def trouble_of(standing: Standing, *, at: datetime) -> dict[str, str]:
    """Return the text, and a title and tone where they differ. The hard token's comes first."""
    token = standing.hard_token
    if token is None:
        return _of_mobile_id(standing, at=at)
    condition = token.condition(at)
    if condition is Condition.REPORTED:
        return {"text": REPORTED.format("hardware token")}
    if condition is Condition.EXPIRED:
        return {"text": "Your hardware token expired, and its codes are no longer accepted."}
    if condition is Condition.HELD:
        return {"text": HELD}
    if condition is Condition.OUT_OF_STEP:
        return {"text": "Your token is out of sync.", "tone": "warn"}
    until = (
        f" until {clock_time(token.locked_until or at)}" if standing.has_the_rest(at) else " yet"
    )
    text = "Your hardware token is locked. If you have it in your hand, a resync unlocks it now."
    return {"text": text, "title": f"You can't sign{until}"}


def _of_mobile_id(standing: Standing, *, at: datetime) -> dict[str, str]:
    [token] = standing.tokens
    if token.reported_at is not None:
        return {"text": REPORTED.format("Mobile ID")}
    if standing.has_phone_left:
        return {"text": LEFT["text"]}
    assert isinstance(token, SoftToken)  # noqa: S101  (there is no third kind)
    note = mobile_id_note(token, at=at) or {}
    return {"text": note.get("text", "")}


HELD = (
    "Your token was locked three times in a day, so it stays locked until a designated individual "
    "at your practice unlocks it. You can also remove it and add another one."
)
REPORTED = (
    "Your {} was reported lost or stolen. Remove it, add another one, and ask your practice to "
    "approve your access to sign again."
)
