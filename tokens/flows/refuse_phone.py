"""Somebody spoke for a phone without its key."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens.models import MobileDevice


def refuse_phone(*, device: MobileDevice, kind: str, at: datetime) -> None:
    """Put it on the trail (21 CFR 1311.150(a)(1))."""
    with audited_transaction() as trail:
        event, subject = Event.PHONE_NOT_RECOGNIZED, str(device.setup)
        trail.record(event, at=at, person=device.user, subject=subject, message=kind)
