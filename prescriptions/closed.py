"""Why a person cannot sign now, each reason a page of its own with the one next step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts import selectors
from accounts.missing_knowledge import HELPERS
from accounts.no_access import GIVEN_BY_TWO, access_told, whom_to_ask
from accounts.signing_access import Access
from accounts.standing import Standing
from epcs_portal.local_time import clock_time, month_day_and_time
from prescriptions.refusals import SigningNotAllowed
from tokens.mobile_notes import mobile_id_note
from tokens.models import Condition

CONTACT = ("Contact support", "support")
SAVED = "Your prescriptions are saved in Rx Queue."
OVER = {Condition.REPORTED, Condition.EXPIRED}
CALL = f"Wasn't you? Call support now at {settings.SUPPORT_PHONE}."


def closed(standing: Standing, *, at: datetime, is_answer: bool) -> dict[str, Any] | None:
    """Return title, lead, points and actions of the page; None when this person may sign.

    ``is_answer``: the page answers factors that were just entered. It then never tells that no
    PIN is set, which only somebody who is guessing would learn.
    """
    return (
        _without_permission(standing)
        or _locked(standing, at=at)
        or _without_token(standing, at=at)
        or (
            _without_knowledge(standing, at=at)
            if not standing.knowledge and not is_answer
            else None
        )
    )


def _without_permission(standing: Standing) -> dict[str, Any] | None:
    if not standing.is_registered and standing.access is not Access.ACCOUNT_REVOKED:
        return _page(
            "You can't sign yet",
            "Your EPCS registration is not complete. The next page says what is missing.",
            ("Set up your EPCS account", "epcs_setup"),
        )
    if standing.access is Access.GRANTED:
        return None
    titles = {
        Access.NOT_GIVEN: "You don't have access to sign yet",
        Access.REVOKED: "Your access to sign was ended",
        Access.ACCOUNT_REVOKED: "Your EPCS account is revoked",
        Access.STOPPED: "Your practice stopped signing under your name",
        Access.LAPSED: "Your access to sign has to be approved again",
        Access.SUSPENDED: "Signing under your name is stopped",
        Access.HELD: "Signing is on hold",
    }
    access = access_told(standing.access) if standing.is_registered else standing.access
    sentence = SigningNotAllowed(access=access.value).sentence
    if access not in GIVEN_BY_TWO:
        action = ("Lift the hold", "hold") if access is Access.HELD else CONTACT
        return _page(titles[access], f"{sentence} {SAVED}", action)
    lead = f"{sentence} {whom_to_ask(standing.person)} {SAVED}"
    return _page(titles[access], lead) | {"action": HELPERS}


def _without_token(standing: Standing, *, at: datetime) -> dict[str, Any] | None:
    makes_codes = [standing.hard_token, None if standing.has_phone_left else standing.mobile_id]
    usable = [token for token in makes_codes if token and token.condition(at) not in OVER]
    if not usable:
        lead = (
            "You have no active hardware token or Mobile ID. A backup phone verifies your "
            f"identity but cannot sign prescriptions. {SAVED}"
        )
        return _page("You need a token to sign", lead, ("Add a hardware token", "token_add"))
    if not all(token.lock.is_closed(at) for token in usable):
        return None
    token = standing.hard_token
    if token is None or token not in usable:
        return _mobile_id_locked(standing, at=at)
    condition = token.condition(at)
    if condition is Condition.HELD:
        lead = (
            f"It was locked {settings.OTP_LOCKS_TO_HOLD} times in a day. A designated individual "
            f"at your practice has to unlock it. {SAVED}"
        )
        return _page("Your token stays locked", lead, points=[CALL])
    until = clock_time(token.locked_until or at)
    lead = (
        f"There were {settings.OTP_FAILURES_TO_LOCK} incorrect codes, so we locked token "
        f"{token.serial}. Nothing was signed. {SAVED}"
    )
    points = [f"Try again at {until}, or resync the token now: that unlocks it.", CALL]
    page = _page(f"Your token is locked until {until}", lead, points=points)
    resync = reverse("token_resync", args=[token.pk])
    return page | {"action": {"label": "Resync your token", "url": resync}}


def _mobile_id_locked(standing: Standing, *, at: datetime) -> dict[str, Any]:
    """Mobile ID is all there is, and it is locked."""
    note = mobile_id_note(standing.tokens[-1], at=at) or {}  # type: ignore[arg-type]
    return _page(
        "Mobile ID is locked", f"{note['text']} Nothing was signed. {SAVED}", points=[CALL]
    )


def _locked(standing: Standing, *, at: datetime) -> dict[str, Any] | None:
    lock = standing.signing
    if not lock.is_closed(at):
        return None
    reset = ("Reset EPCS PIN", "pin")
    if lock.held_at is not None:
        lead = (
            f"It was locked {settings.SIGNING_LOCKS_TO_HOLD} times in a day, so it stays locked "
            f"until you reset your EPCS PIN. Nothing was signed. {SAVED}"
        )
        return _page("Signing stays locked", lead, reset, points=[CALL])
    until = clock_time(lock.locked_until or at)
    minutes = int(settings.SIGNING_LOCK.total_seconds() // 60)
    lead = (
        f"There were {settings.SIGNING_FAILURES_TO_LOCK} incorrect attempts to sign, so we locked "
        f"signing for {minutes} minutes to protect you. Nothing was signed. {SAVED}"
    )
    points = [
        f"Try again at {until}.",
        "Forgot your PIN? Reset EPCS PIN. This also unlocks signing.",
        CALL,
    ]
    return _page(f"Signing is locked until {until}", lead, reset, points=points)


def _without_knowledge(standing: Standing, *, at: datetime) -> dict[str, Any]:
    reset = selectors.open_reset_of(standing.person, at=at)
    if reset is None:
        lead = f"You sign with two things: your token, and a PIN only you know. {SAVED}"
        return _page("You need an EPCS PIN to sign", lead, ("Set your EPCS PIN", "pin"))
    lead = (
        "You sign with two things: your token, and a password only you know. "
        f"{reset.reset_by.full_name} reset yours, so the old one no longer works. {SAVED}"
    )
    step = ("Set up my EPCS password", "password")
    points = [f"You have until {month_day_and_time(reset.expires_at)} to set a new one."]
    return _page("You need a new EPCS password to sign", lead, step, points=points)


def unreadable(reference: str) -> dict[str, Any]:
    lead = (
        f"Prescription {reference} was signed, but its archived record was altered since and "
        "can't be read any more. Don't rely on it, and tell support at once."
    )
    return _page("This signed record can't be read", lead)


def _page(
    title: str,
    lead: str,
    action: tuple[str, str] = CONTACT,
    *,
    points: list[str] | None = None,
) -> dict[str, Any]:
    label, url_name = action
    return {
        "title": title,
        "lead": lead,
        "points": points or [],
        "action": {"label": label, "url": reverse(url_name)},
    }
