"""Somebody who is not our vendor spoke in its name."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.delivery.models import Message


def refuse_callback(*, message: Message, at: datetime) -> None:
    """Put the forged or wrongly signed callback on the trail (21 CFR 1311.150(a)(1))."""
    with audited_transaction() as trail:
        trail.record(Event.CALLBACK_REFUSED, at=at, person=message.person, subject=str(message))
