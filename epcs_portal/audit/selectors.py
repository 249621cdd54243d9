"""Reading the audit trail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.trail import Person
from epcs_portal.audit.words import WORDS
from epcs_portal.local_time import day_and_time

_DEVICE = re.compile(r"(?:hard token|backup phone|text message to|phone call to) (.+)")


@dataclass(frozen=True)
class Activity:
    """One event in the words of the page."""

    text: str
    at: str  # in the active time zone
    detail: str  # the serial or the masked number, and who did it where that was somebody else
    succeeded: bool


def latest_of(person: Person, limit: int, *, now: datetime) -> list[Activity]:
    """Return the newest ``limit`` events of ``person``, newest first, in one query."""
    events = AuditEvent.objects.filter(person_id=person.pk)
    return [
        Activity(
            text=WORDS[event.event],
            at=day_and_time(event.occurred_at, now),
            detail=_detail(event),
            succeeded=event.succeeded,
        )
        for event in events.order_by("-occurred_at", "-sequence")[:limit]
    ]


def events_since(person: Person, event: Event, *, since: datetime) -> int:
    """Return how often this happened to the person after ``since``."""
    events = AuditEvent.objects.filter(person_id=person.pk, occurred_at__gt=since)
    return events.filter(event=event.value).count()


def _detail(event: AuditEvent) -> str:
    named = _DEVICE.fullmatch(event.subject)
    by = "" if event.actor_id in (None, event.person_id) else f"by {event.actor_text}"
    return " · ".join(filter(None, [named[1] if named else "", by]))
