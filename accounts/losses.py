"""A loss as the pages tell it: from what was typed, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.compromises import Loss
from accounts.models import User
from epcs_portal.local_time import day_and_time, day_and_time_with_seconds
from tokens import lost
from tokens.factors import Factor
from tokens.models import CompromiseReport

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
            {"label": "What", "value": report.get_what_display()},
            {"label": "What happened", "value": report.get_circumstance_display()},
            {"label": "Discovered", "value": day_and_time_with_seconds(report.discovered_at)},
            {"label": "Reported", "value": day_and_time_with_seconds(report.reported_at)},
            {"label": "Due", "value": f"{due}{', so this was late' if report.is_late else ''}"},
        ],
        "told": [designee.full_name for designee in person.designees],
        "is_on_trail": report.is_on_trail,
        "lost": lost.kind_of(factor).label if factor else "",
        "remove_url": lost.removal_of(factor) if factor and factor.removed_at is None else "",
        "is_knowledge": report.what == What.KNOWLEDGE,
    }
