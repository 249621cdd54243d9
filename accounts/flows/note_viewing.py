"""A support agent looks at a person: that is on the person's own trail (rules A-16)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.trail import audited_transaction


def note_viewing(*, person: User, agent: User, at: datetime) -> None:
    """Record it, once an hour for each agent and person. Nothing is refused."""
    since = at - settings.STAFF_VIEW_NOTED_EVERY
    seen = AuditEvent.objects.filter(
        person=person, actor=agent, event=Event.STAFF_VIEWED, occurred_at__gt=since
    )
    if seen.exists():
        return
    with audited_transaction() as trail:
        trail.record(
            Event.STAFF_VIEWED, at=at, person=person, actor=agent, subject="page of a person"
        )
