"""A person's tokens and phones, each with its condition, for the page that support reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts import selectors
from accounts.models import User
from epcs_portal.local_time import clock_time, day, day_and_time
from epcs_portal.phone_numbers import masked
from tokens.models import BackupPhone, Condition, HardToken, OathToken, SoftToken

REMOVED_SHOWN = 5
KINDS = {HardToken: "hard", SoftToken: "mobile"}


def factors_of(person: User, *, at: datetime) -> list[dict[str, Any]]:
    """Return a section for each live token, and one for everything else."""
    hard = list(HardToken.objects.filter(user=person).select_related("seed_record"))
    mobile = list(SoftToken.objects.filter(user=person))
    tokens: list[OathToken] = [*hard, *mobile]
    live = [token for token in tokens if token.status != token.Status.REMOVED]
    removed = [token for token in tokens if token.status == token.Status.REMOVED]
    removed.sort(key=lambda token: token.removed_at or at, reverse=True)
    others = [*_knowledge(person), *_phones(person)]
    others += [
        _fact(f"Removed: {token}", f"{day(token.removed_at or at)}{_why(token)}")
        for token in removed[:REMOVED_SHOWN]
    ]
    return [_section(token, at) for token in live] + [{"title": "Other factors", "facts": others}]


def _section(token: OathToken, at: datetime) -> dict[str, Any]:
    condition = token.condition(at)
    state = condition.value
    if condition is Condition.LOCKED and token.locked_until:
        state = f"locked until {clock_time(token.locked_until)}"
    if condition is Condition.HELD:
        state = "locked until a designated individual unlocks it"
    facts = [
        _fact("Condition", state),
        _fact("Failures in a row", token.failures),
        _fact("Last used", _when(token.last_used_at, at, "not yet")),
        _fact("Added", day(token.bound_at)),
        _fact("Presses skipped so far", token.presses_skipped),
        _fact("Out of sync since", _when(token.out_of_step_at, at, "it is in sync")),
        _fact("Expires", day(token.expires_at) if token.expires_at else "not known"),
    ]
    if token.is_phone_bound:
        facts.append(_fact("Added with a backup phone alone", "not confirmed by the practice"))
    name = str(token)
    unlock = reverse("staff_unlock", args=[KINDS[type(token)], token.pk])
    actions = [{"label": "Unlock", "url": unlock, "hidden": name}]
    return {
        "title": f"{name[0].upper()}{name[1:]}",
        "facts": facts,
        "actions": actions if condition is Condition.LOCKED else [],
    }


def _knowledge(person: User) -> list[dict[str, str]]:
    pin = selectors.pin_of(person)
    return [_fact("EPCS PIN", f"set {day(pin.set_at)}" if pin else "not set")]


def _phones(person: User) -> list[dict[str, str]]:
    phones = BackupPhone.live().filter(user=person).order_by("place")
    return [
        _fact(f"Backup phone {masked(phone.number)}", f"{phone.get_status_display().lower()}")
        for phone in phones
    ]


def _why(token: OathToken) -> str:
    return f", {token.get_reason_display().lower()}" if token.reason else ""


def _when(moment: datetime | None, at: datetime, otherwise: str) -> str:
    return day_and_time(moment, at) if moment else otherwise


def _fact(label: str, value: object) -> dict[str, str]:
    return {"label": label, "value": str(value)}
