"""Reading a page, the trail and a clock as people do."""

from __future__ import annotations

import html
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from accounts.models import User
from epcs_portal.audit.models import AuditEvent


def read(page: HttpResponse) -> str:
    """Return what stands on the page, with its apostrophes."""
    return html.unescape(page.text)


def events_of(person: User) -> list[str]:
    """Return what the trail says of this person, oldest first."""
    events = AuditEvent.objects.filter(person=person).order_by("sequence")
    return list(events.values_list("event", flat=True))


def on_the_wall(at: datetime) -> str:
    """Return the time as the clock in the practice shows it."""
    return f"{at.astimezone(ZoneInfo('America/New_York')):%-I:%M %p}"
