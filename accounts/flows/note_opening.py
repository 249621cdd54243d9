"""Who administers the practice opens a prescriber's page: that is on the prescriber's trail."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.trail import audited_transaction


def note_opening(*, person: User, administrator: User, at: datetime) -> None:
    """Record it, once an hour for each administrator and prescriber; nothing for one's own page.
    Nothing is refused."""
    if person.pk == administrator.pk:
        return
    since = at - settings.STAFF_VIEW_NOTED_EVERY
    opened = AuditEvent.objects.filter(
        person=person, actor=administrator, event=Event.PRESCRIBER_OPENED, occurred_at__gt=since
    )
    if opened.exists():
        return
    with audited_transaction() as trail:
        trail.record(
            Event.PRESCRIBER_OPENED,
            at=at,
            person=person,
            actor=administrator,
            subject="EPCS Setup",
        )
