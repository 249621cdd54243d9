"""A factor is lost, stolen or compromised: signing stops."""

from __future__ import annotations

from datetime import datetime

from accounts import signing_states
from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import mobile_ids, notices, step_up
from tokens.models import CompromiseReport, SecurityNotice


def report_compromise(
    *,
    user: User,
    what: CompromiseReport.What,
    circumstance: CompromiseReport.Circumstance,
    discovered_at: datetime,
    at: datetime,
) -> CompromiseReport:
    """Stop all signing by this person at once (21 CFR 1311.102(b), 1311.125(d)(1)).

    Nothing is refused. When this returns, no signature can be made any more: whoever is signing
    at this moment either committed before the report, or finds it.
    """
    with audited_transaction() as trail:
        state = signing_states.lock_state(user)
        report: CompromiseReport = CompromiseReport.objects.create(
            user=user,
            what=what,
            circumstance=circumstance,
            discovered_at=discovered_at,
            reported_at=at,
        )
        signing_states.void_ceremonies(state)
        mobile_ids.stop_everything(user, at=at)
        step_up.end_after_change(user_id=user.pk, session_key="", at=at)
        notices.note(user, SecurityNotice.Change.COMPROMISE_REPORTED, at=at)
        notices.note_designees(user, SecurityNotice.Change.LOSS_AT_PRACTICE, at=at)
        trail.record(
            Event.COMPROMISE_REPORTED,
            at=at,
            person=user,
            actor=user,
            subject=f"{report.get_what_display()}: {report.get_circumstance_display()}",
        )
    return report
