"""A loss as the pages tell it: from what was typed, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.compromises import Loss
from accounts.models import User
from epcs_portal.local_time import day_and_time, day_and_time_with_seconds
from epcs_portal.phone_numbers import masked
from tokens import lost
from tokens.consequences import name_of as token_name
from tokens.factors import Factor
from tokens.models import BackupPhone, CompromiseReport

LATE = ", so this was late"
NAMES = {
    CompromiseReport.What.HARD_TOKEN: "hardware token",
    CompromiseReport.What.MOBILE_ID: "Mobile ID",
    CompromiseReport.What.BACKUP_PHONE: "backup phone",
}
What, Circumstance = CompromiseReport.What, CompromiseReport.Circumstance


def loss_of(typed: Mapping[str, Any], factor: Factor | None, *, removes: bool) -> Loss:
    """Return what the form says. ``removes``: the factor goes as well, for the same reason."""
    return Loss(
        what=What(typed["what"].partition(":")[0]),
        circumstance=Circumstance(typed["happened"]),
        discovered_at=typed["discovered_at"],
        factor=factor,
        details=typed["details"],
        removed_for=typed["happened"] if removes else "",
    )


def result_of(person: User, report_id: UUID, *, at: datetime) -> dict[str, Any] | None:
    """Context of accounts/report_done.html; None for what is no report of this person."""
    reports = CompromiseReport.objects.filter(user=person, pk=report_id)
    report = reports.select_related("hard_token__seed_record", "soft_token", "backup_phone").first()
    if report is None:
        return None
    factor = report.factor
    due = day_and_time(report.due_at, at) if report.due_at else ""
    return {
        "facts": [
            {"label": "What", "value": _name_of(factor) if factor else report.get_what_display()},
            {"label": "What happened", "value": report.get_circumstance_display()},
            {"label": "Discovered", "value": day_and_time_with_seconds(report.discovered_at)},
            {"label": "Reported", "value": day_and_time_with_seconds(report.reported_at)},
            {"label": "Report due by", "value": due + LATE * report.is_late},
        ],
        "is_told": report.is_told,
        "told": [designee.full_name for designee in person.designees],
        "is_on_trail": report.is_on_trail,
        "lost": NAMES[lost.kind_of(factor)] if factor else "",
        "remove_url": lost.removal_of(factor) if factor and factor.removed_at is None else "",
        "is_knowledge": report.what == What.KNOWLEDGE,
    }


def _name_of(factor: Factor) -> str:
    """Return it as the form named it: with its serial or masked number."""
    if isinstance(factor, BackupPhone):
        return f"{What.BACKUP_PHONE.label} {masked(factor.number)}"
    name = token_name(factor)
    return name[0].upper() + name[1:]
