"""Support stops somebody's signing, on the telephone. It never gives it back."""

from __future__ import annotations

from datetime import datetime

from accounts import compromises
from accounts.compromises import Loss
from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens.models import CompromiseReport, SecurityNotice


def suspend_signing(*, user: User, agent: User, reason: str, at: datetime) -> CompromiseReport:
    """Stop all signing by this person at once, as their own report would (SP 800-63B section 4.3).

    Nothing is refused: who is on the telephone may be right. Signing comes back as after any
    report, by an access change that two people at the practice make.
    """
    loss = Loss(
        what=CompromiseReport.What.NOT_SAID,
        circumstance=CompromiseReport.Circumstance.COMPROMISED,
        discovered_at=at,
        details=reason,
    )
    change = SecurityNotice.Change.SIGNING_SUSPENDED
    with audited_transaction() as trail:
        report = compromises.keep(
            user, loss, reported_by=agent, change=change, is_on_trail=True, at=at
        )
        event, number = Event.SIGNING_SUSPENDED, str(report.pk)
        trail.record(event, at=at, person=user, actor=agent, subject="signing", report=number)
    return report
