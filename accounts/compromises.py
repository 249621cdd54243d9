"""Keeping a compromise report, and all that follows from it: inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from accounts import knowledge, signing_states
from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.business_days import due_at
from tokens import factors, mobile_ids, notices, step_up
from tokens.factors import Factor
from tokens.models import BackupPhone, CompromiseReport, HardToken, SecurityNotice, SoftToken

Change: TypeAlias = SecurityNotice.Change
What: TypeAlias = CompromiseReport.What


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is no longer only its owner's. ``factor`` None: ``what`` says it.

    ``removed_for``: the factor is removed as well, for this reason.
    """

    what: What
    circumstance: CompromiseReport.Circumstance
    discovered_at: datetime
    factor: Factor | None = None
    details: str = ""
    removed_for: str = ""


def keep(
    user: User, loss: Loss, *, reported_by: User, change: Change, is_on_trail: bool, at: datetime
) -> CompromiseReport:
    """Store the report. From its commit on nobody signs in this name, in any session.

    Rows are locked as everywhere: the signing state first, then the push state.
    """
    state = signing_states.lock_state(user)
    report: CompromiseReport = CompromiseReport.objects.create(
        user=user,
        what=loss.what,
        circumstance=loss.circumstance,
        discovered_at=loss.discovered_at,
        reported_at=at,
        due_at=due_at(loss.discovered_at, ZoneInfo(user.time_zone)),
        details=loss.details,
        reported_by=reported_by,
        is_on_trail=is_on_trail,
        **_columns_of(loss.factor),
    )
    signing_states.void_ceremonies(state)
    mobile_ids.stop_everything(user, at=at)
    factors.lock_all(user)
    _end(user, loss, at=at)
    step_up.end_after_change(user_id=user.pk, session_key="", at=at)
    notices.note(user, change, at=at)
    notices.note_designees(user, Change.LOSS_AT_PRACTICE, at=at)
    return report


def record(trail: Trail, report: CompromiseReport) -> None:
    """Write the report on the trail, with the time it was made."""
    thing = str(report.factor) if report.factor else report.get_what_display()
    trail.record(
        Event.COMPROMISE_REPORTED,
        at=report.reported_at,
        person=report.user,
        actor=report.reported_by,
        subject=f"{thing}: {report.get_circumstance_display()}",
        discovered_at=report.discovered_at.isoformat(),
        due_at=report.due_at.isoformat() if report.due_at else None,
        late=report.is_late,
    )


def _end(user: User, loss: Loss, *, at: datetime) -> None:
    """What was lost verifies nothing any more: a known PIN is dead, and a phone is all it holds."""
    if loss.what is What.KNOWLEDGE:
        knowledge.forget(user)
    if loss.factor is None:
        return
    for factor in list(factors.with_same_phone(loss.factor)):
        factors.report(factor, at=at)
    if loss.removed_for:
        factors.take_away(loss.factor, reason=loss.removed_for, detail=loss.details, at=at)


def _columns_of(factor: Factor | None) -> dict[str, Factor]:
    columns = {HardToken: "hard_token", SoftToken: "soft_token", BackupPhone: "backup_phone"}
    return {} if factor is None else {columns[type(factor)]: factor}
