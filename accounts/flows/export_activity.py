"""Take one's own activity away as a file: on the trail, like everything else."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.kinds import Kind
from epcs_portal.audit.trail import audited_transaction


def export_activity(
    *, user: User, kind: Kind | None, first: date | None, last: date | None, at: datetime
) -> None:
    """Record the export, and of what, before the first line is sent. Nothing is refused."""
    with audited_transaction() as trail:
        trail.record(
            Event.ACTIVITY_EXPORTED,
            at=at,
            person=user,
            actor=user,
            kind=kind.value if kind else None,
            first=first.isoformat() if first else None,
            last=last.isoformat() if last else None,
        )
