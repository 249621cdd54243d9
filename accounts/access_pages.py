"""What the pages of access changes show: each change in full, and who can decide it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from accounts import access_changes, access_rules
from accounts.access_changes import Kind
from accounts.access_text import facts_in
from accounts.models import AccessChange, Prescriber, User
from epcs_portal.local_time import clock_time, date_words, day, day_and_time
from tokens.consequences import name_of
from tokens.ways_in import ways_in_of

TITLES = {
    Kind.GRANT: "Grant access to sign controlled substances",
    Kind.REVOKE: "End access to sign controlled substances",
}
WHAT = {Kind.GRANT: "Grant access", Kind.REVOKE: "End access"}
REASONS: dict[Any, str] = dict(AccessChange.Reason.choices)
# Shown above the factors, so that they are given for this and nothing else.
DECLARATIONS = {
    Kind.GRANT: (
        "By completing two-factor authentication now, you allow the prescriber named on this page "
        "to sign controlled substance prescriptions at this practice."
    ),
    Kind.REVOKE: (
        "By completing two-factor authentication now, you end the access of the prescriber named "
        "on this page to sign controlled substance prescriptions at this practice."
    ),
}


def back_to_list() -> dict[str, str]:
    return {"label": "Access changes", "url": reverse("access_list")}


def back_to_prescriber(user: User) -> dict[str, str]:
    return {"label": user.full_name, "url": reverse("setup_edit", args=[user.pk])}


def state_of(change: AccessChange, *, at: datetime) -> dict[str, str]:
    """Return {text, tone} of the tag."""
    if change.executed_at is not None:
        return {"text": "Approved", "tone": "ok"}
    if change.rejected_at is not None:
        return {"text": "Rejected", "tone": "off"}
    if change.is_pending(at):
        return {"text": "Waiting for approval", "tone": "info"}
    return {"text": "Expired", "tone": "off"}


def row_of(change: AccessChange, *, at: datetime) -> dict[str, Any]:
    """Context of one row of accounts/access_list.html."""
    decided_at = change.executed_at or change.rejected_at
    decided_by = change.executed_by or change.rejected_by
    name = decided_by.full_name if decided_by else ""
    return {
        "what": WHAT[Kind(change.kind)],
        "name": change.prescriber.user.full_name,
        "entered": f"{change.entered_by.full_name}, {day_and_time(change.entered_at, at)}",
        "decided": f"{name}, {day_and_time(decided_at, at)}" if decided_at else "",
        "is_own": change.is_own,
        "state": state_of(change, at=at),
        "url": reverse("access_approve", args=[change.uuid]),
    }


def page_of(change: AccessChange, person: User, *, at: datetime) -> dict[str, Any]:
    """Context of accounts/access_approve.html, the panel apart. ``why_not``: why it has to be
    another person, or nobody any more."""
    facts, kind = facts_in(change.text), Kind(change.kind)
    registrations = [
        f"{each['number']} ({each['state']}, schedules {spaced(each['schedules'])}), expires "
        f"{_day(each['expires_on'])}"
        for each in facts.get("dea_registrations", [])
    ]
    rows = [
        ("Prescriber", f"{facts.get('prescriber', '')}, NPI {facts.get('npi', '')}"),
        ("DEA registration", "; ".join(registrations) or "None in force"),
    ]
    if kind == Kind.GRANT:
        checked = f"checked {_day(facts.get('checked_on'))}"
        rows.append(("DEA registration checked", f"{facts.get('dea_source', '')}, {checked}"))
        rows.append(("State license", f"{facts.get('state_source', '')}, {checked}"))
    else:
        rows.append(("Reason", REASONS.get(facts.get("reason"), change.get_reason_display())))
        rows.append(("Known since", _day(facts.get("discovered_on"))))
    rows.append(("Tokens now", tokens_now(change.prescriber.user, at=at)))
    rows.append(("Practice", facts.get("practice", "")))
    rows.append(("Entered by", _entry(facts, change)))
    rows += _decision(change, at=at)
    refusal = access_rules.why_not_decide(change, at=at)
    refusal = refusal or access_rules.why_not_by(change, person, at=at)
    return {
        "title": TITLES[kind],
        "is_grant": kind == Kind.GRANT,
        "facts": [{"label": label, "value": value} for label, value in rows],
        "state": state_of(change, at=at),
        "is_pending": change.is_pending(at),
        "declaration": DECLARATIONS[kind],
        "digest": change.digest,
        "why_not": refusal.sentence if refusal else "",
        "may_reject": change.is_pending(at) and change.prescriber.user_id != person.pk,
        "change": change,
        "own_numbers": _own_numbers(person, at=at),
        "back": back_to_list(),
    }


def registrations_of(prescriber: Prescriber, *, at: datetime) -> list[dict[str, str]]:
    """Return number and text of the DEA registrations in force."""
    return [
        {
            "number": str(each),
            "text": f"{each.state}, schedules {spaced(each.schedules)}, "
            f"until {date_words(each.expires_on)}",
        }
        for each in access_changes.registrations_in_force(prescriber, at=at)
    ]


def tokens_now(person: User, *, at: datetime) -> str:
    """Say with what they would sign: the second person sees it, and it is no part of the change."""
    tokens = ways_in_of(person, at=at).tokens
    names = [
        name_of(token) + (", added with a backup phone alone" if token.is_phone_bound else "")
        for token in tokens
    ]
    return capfirst("; ".join(names)) or "None"


def _own_numbers(person: User, *, at: datetime) -> list[str]:
    if not person.is_prescriber:
        return []
    registrations = access_changes.registrations_in_force(person.prescriber, at=at)
    return [str(each) for each in registrations]


def _entry(facts: Mapping[str, Any], change: AccessChange) -> str:
    """Return who entered it and when. The text of a row from before there were texts is empty."""
    name = facts.get("entered_by", change.entered_by.full_name)
    return f"{name}, {_when(facts.get('entered_at', change.entered_at))}"


def _decision(change: AccessChange, *, at: datetime) -> list[tuple[str, str]]:
    if change.executed_at is not None and change.executed_by is not None:
        by = f"{change.executed_by.full_name}, {_when(change.executed_at)}"
        own = [("Note", "Approved by the prescriber, the only registrant here.")]
        named = change.executed_with.replace("hard token", "hardware token")
        with_what = [("With", named)] if named else []
        return [("Approved by", by), *with_what, *(own if change.is_own else [])]
    if change.rejected_at is not None and change.rejected_by is not None:
        by = f"{change.rejected_by.full_name}, {_when(change.rejected_at)}"
        return [("Rejected by", by)]
    label = "Expires if not approved" if change.is_pending(at) else "Expired"
    return [(label, _when(change.expires_at))]


def spaced(schedules: str) -> str:
    """Return ``2, 2N, 3``, as people read it."""
    return schedules.replace(",", ", ")


def _day(iso: str | None) -> str:
    return date_words(date.fromisoformat(iso)) if iso else ""


def _when(moment: datetime | str) -> str:
    """Return ``Nov 25, 2026, 11:04 PM``: a record says no "today"."""
    return f"{day(moment)}, {clock_time(moment)}"
