"""One person as support sees them: can they sign, and if not, why. Read only, and masked.

No secret is read here: no seed, no code, no hash of a PIN.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import AccessChange, Hold, User
from accounts.readiness import verdict
from accounts.standing import standing_of
from epcs_portal.audit.selectors import latest_of
from epcs_portal.local_time import day_and_time
from epcs_portal.support.factors import factors_of
from epcs_portal.support.facts import fact
from epcs_portal.support.orders import orders_of
from epcs_portal.support.registration import registration_of
from tokens.models import CompromiseReport, Reservation, RevocationCase

EVENTS = 15
Facts = list[dict[str, str]]


def diagnosis_of(person: User, *, at: datetime) -> dict[str, Any]:
    """Context of support/person.html."""
    prescriber = getattr(person, "prescriber", None)
    sections = [{"title": "Person", "facts": _who(person)}]
    ready = None
    if prescriber is not None:
        ready = verdict(standing_of(prescriber), at=at)
        sections.append(registration_of(person, at))
        sections.append({"title": "Permission to sign", "facts": _permission(person, at)})
    sections += factors_of(person, at=at)
    if troubles := _troubles(person, at):
        sections.append({"title": "Reports and holds", "facts": troubles})
    spares = Reservation.objects.filter(user=person, ended_at=None, recalled_at=None)
    spare = spares.select_related("seed_record").first()
    if help_given := [*_help(person, spare, at), *orders_of(person)]:
        sections.append({"title": "From support", "facts": help_given})
    return {
        "person": person,
        "ready": ready,
        "sections": sections,
        "actions": [] if prescriber is None else _actions(person, has_spare=spare is not None),
        "activity": latest_of(person, EVENTS, now=at),
        "back": {"label": "people", "url": reverse("admin:accounts_user_changelist")},
    }


def _who(person: User) -> Facts:
    return [
        fact("Name", person.full_name),
        fact("Username", person.username),
        fact("Role", person.role or "none"),
        fact("Email", person.email or "none"),
        fact("May sign in", "yes" if person.is_active else "no: the account is closed"),
    ]


def _permission(person: User, at: datetime) -> Facts:
    prescriber = person.prescriber
    facts = [fact("NPI", prescriber.npi)]
    for number in prescriber.dea_registrations.order_by("number"):
        text = f"{number.get_status_display()}, until {number.expires_on:%b %-d, %Y}"
        facts.append(fact(f"DEA number {number}", text))
    changes = AccessChange.objects.filter(prescriber=prescriber).select_related("executed_by")
    latest = changes.order_by("-entered_at").first()
    return [*facts, fact("Latest access change", _changed(latest, at) if latest else "none")]


def _changed(change: AccessChange, at: datetime) -> str:
    kind = change.get_kind_display()
    if change.executed_at is None or change.executed_by is None:
        return f"{kind}, entered {_when(change.entered_at, at)}, not executed yet"
    who = change.executed_by.full_name
    return f"{kind}, executed {_when(change.executed_at, at)} by {who}"


def _troubles(person: User, at: datetime) -> Facts:
    reports = CompromiseReport.objects.filter(user=person).select_related("reported_by")
    reports = reports.order_by("-reported_at")[:5]
    holds = Hold.objects.filter(user=person, lifted_at=None).order_by("-placed_at")[:5]
    return [
        fact(f"Reported {_when(report.reported_at, at)}", _reported(report)) for report in reports
    ] + [fact("Signing on hold since", day_and_time(hold.placed_at, at)) for hold in holds]


def _reported(report: CompromiseReport) -> str:
    if report.is_by_support and report.reported_by is not None:
        return f"Signing suspended by {report.reported_by.full_name}: {report.details}"
    return f"{report.get_what_display()}: {report.get_circumstance_display()}"


def _help(person: User, spare: Reservation | None, at: datetime) -> Facts:
    cases = RevocationCase.objects.filter(user=person, used_at=None, expires_at__gt=at)
    facts = [
        fact("Case number", f"{case.number}, until {_when(case.expires_at, at)}") for case in cases
    ]
    if spare is not None:
        token = spare.serial or "to be packed"
        text = f"{token}, order {spare.order_number}, expected {spare.expected_on:%b %-d, %Y}"
        facts.append(fact("Spare on its way", text))
    return facts


def _actions(person: User, *, has_spare: bool) -> list[dict[str, str]]:
    named = [
        ("staff_suspend", "Suspend signing"),
        ("staff_case", "Issue a case number"),
        *([] if has_spare else [("staff_spare", "Order a spare")]),
        ("staff_proofing", "Record a proofing"),
    ]
    return [{"label": label, "url": reverse(name, args=[person.pk])} for name, label in named]


def _when(moment: datetime, at: datetime) -> str:
    """In the middle of a sentence."""
    return day_and_time(moment, at, today="today")
