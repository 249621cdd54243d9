"""Reading the audit trail."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from epcs_portal.audit.events import Event
from epcs_portal.audit.kinds import Kind, events_of, shows_a_credential
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.proofs import verified_with
from epcs_portal.audit.trail import Person
from epcs_portal.audit.words import WORDS
from epcs_portal.local_time import day_and_time

_DEVICE = re.compile(
    r"(?:hard token|Mobile ID|backup phone|prescription|text message to|phone call to) (.+)"
)
_SAID_WHOLE = {Event.HOLD_PLACED, Event.COMPROMISE_REPORTED}


@dataclass(frozen=True)
class Activity:
    """One event in the words of the page."""

    text: str
    at: datetime
    detail: str  # what it was done to, and who did it where that was somebody else
    verified_with: str
    address: str
    succeeded: bool
    shows_a_credential: bool


def activity_of(event: AuditEvent) -> Activity:
    return Activity(
        text=WORDS[event.event],
        at=event.occurred_at,
        detail=_detail(event),
        verified_with=verified_with(event),
        address=event.address,
        succeeded=event.succeeded,
        shows_a_credential=shows_a_credential(event.event),
    )


def events_about(
    person: Person,
    *,
    kinds: Collection[Kind] = (),
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[AuditEvent]:
    """Return the person's own events, newest first: of some kinds, and of a time, if named."""
    events = AuditEvent.objects.filter(person_id=person.pk).order_by("-occurred_at", "-sequence")
    if kinds:
        events = events.filter(event__in=[event for kind in kinds for event in events_of(kind)])
    if since is not None:
        events = events.filter(occurred_at__gte=since)
    if before is not None:
        events = events.filter(occurred_at__lt=before)
    return events


def no_events() -> QuerySet[AuditEvent]:
    return AuditEvent.objects.none()


def latest_of(
    person: Person, limit: int, *, now: datetime, kinds: Collection[Kind] = ()
) -> list[dict[str, str]]:
    """Return the newest ``limit`` events of ``person``, newest first, in one query."""
    return [
        {"text": each.text, "at": day_and_time(each.at, now), "detail": each.detail}
        for each in map(activity_of, events_about(person, kinds=kinds)[:limit])
    ]


def events_since(person: Person, event: Event, *, since: datetime) -> int:
    """Return how often this happened to the person after ``since``."""
    events = AuditEvent.objects.filter(person_id=person.pk, occurred_at__gt=since)
    return events.filter(event=event.value).count()


def _detail(event: AuditEvent) -> str:
    named = _DEVICE.fullmatch(event.subject)
    whole = event.subject if event.event in _SAID_WHOLE else ""
    by = "" if event.actor_id in (None, event.person_id) else f"by {event.actor_text}"
    phone = str(event.facts.get("phone") or "")
    return " · ".join(filter(None, [named[1] if named else whole, phone, by]))
