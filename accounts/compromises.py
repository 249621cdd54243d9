"""Keeping a compromise report, and all that follows from it: inside the caller's transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, transaction

from accounts import knowledge, signing_states
from accounts.models import User
from accounts.signing_access import after_access
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail, audited_transaction
from epcs_portal.business_days import due_at
from tokens import factors, mobile_ids, notices, step_up
from tokens.factors import Factor
from tokens.models import BackupPhone, CompromiseReport, HardToken, SecurityNotice, SoftToken

log = logging.getLogger(__name__)
TRIES = 2
REPORT = "report"
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


def on_the_trail_or_not(keep_it: Callable[[bool], CompromiseReport]) -> CompromiseReport:
    """Keep the report together with the trail; after two failures of the database without it.

    One failure may be a deadlock, which the next try does not meet. ``keep_it`` is told whether the
    report is on the trail.
    """
    for _try in range(TRIES):
        try:
            with audited_transaction() as trail:
                report = keep_it(True)
                record(trail, report)
                return report
        except DatabaseError as error:  # whose text may repeat a row
            log.error("A report could not be written on the trail: %s", type(error).__name__)  # noqa: TRY400
    with transaction.atomic(durable=True):
        return keep_it(False)


def keep(
    user: User, loss: Loss, *, reported_by: User, at: datetime, on_trail: bool
) -> CompromiseReport:
    """Store the report. From its commit on nobody signs in this name, in any session.

    Rows are locked as everywhere: the signing state first, then the push state.
    """
    state = signing_states.lock_state(user)
    if user.is_prescriber:
        at = after_access(user.prescriber, at)
    since = at - settings.REPORTS_TOLD_PERIOD
    told = CompromiseReport.objects.filter(user=user, reported_at__gt=since).count()
    report: CompromiseReport = CompromiseReport.objects.create(
        user=user,
        what=loss.what,
        circumstance=loss.circumstance,
        discovered_at=loss.discovered_at,
        reported_at=at,
        due_at=due_at(loss.discovered_at, ZoneInfo(user.time_zone)),
        details=loss.details,
        reported_by=reported_by,
        is_on_trail=on_trail,
        is_told=told < settings.REPORTS_TOLD,
        **_columns_of(loss.factor),
    )
    signing_states.void_ceremonies(state)
    mobile_ids.stop_everything(user, at=at)
    factors.lock_all(user)
    _end(user, loss, at=at)
    step_up.end_after_change(user_id=user.pk, session_key="", at=at)
    if report.is_told:  # who has a stolen password can't ring a whole practice
        change = Change.SIGNING_SUSPENDED if report.is_by_support else Change.COMPROMISE_REPORTED
        notices.note(user, change, subject=str(loss.factor or ""), at=at)
        notices.note_designees(user, Change.LOSS_AT_PRACTICE, at=at)
    return report


def record(trail: Trail, report: CompromiseReport) -> None:
    """Write the report on the trail, with the time it was made, and all that ended by it."""
    thing = str(report.factor) if report.factor else report.get_what_display()
    at, person, actor = report.reported_at, report.user, report.reported_by
    write = partial(trail.record, at=at, person=person, actor=actor)
    write(
        Event.COMPROMISE_SIGNING_SUSPENDED if report.is_by_support else Event.COMPROMISE_REPORTED,
        subject=f"{thing}: {report.get_circumstance_display()}",
        discovered_at=report.discovered_at.isoformat(),
        due_at=report.due_at.isoformat() if report.due_at else None,
        late=report.is_late,
        report=str(report.pk),
    )
    for factor in factors.ended_at(person, at):
        if factor.removed_at == at:
            event, reason = factors.REMOVED[type(factor)][0], factor.reason
            write(event, subject=str(factor), reason=reason, authority=REPORT)
        elif factor != report.factor:
            event = Event.FACTOR_SUSPENDED  # it was on the same smartphone
            write(event, subject=str(factor), authority=REPORT)


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
        change = factors.REMOVED[type(loss.factor)][1]
        notices.note(user, change, subject=str(loss.factor), at=at)


def _columns_of(factor: Factor | None) -> dict[str, Factor]:
    columns = {HardToken: "hard_token", SoftToken: "soft_token", BackupPhone: "backup_phone"}
    return {} if factor is None else {columns[type(factor)]: factor}
