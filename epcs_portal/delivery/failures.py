"""Writing on the trail that a message did not arrive, inside the transaction that gave it up."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import Trail
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem


def record_failure(
    trail: Trail, message: Message, problem: Problem | None, *, at: datetime
) -> None:
    trail.record(
        Event.MESSAGE_NOT_DELIVERED,
        at=at,
        person=message.person,
        subject=str(message),
        problem=problem.value if problem else None,
    )
