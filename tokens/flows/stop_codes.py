"""The kill switch: nobody is sent a code by text or call, until they are started again."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens.models import CodesStopped


def stop_codes(*, at: datetime) -> bool:
    """Stop them for the whole portal; return whether they were running. For toll fraud."""
    with audited_transaction() as trail:
        if CodesStopped.objects.filter(started_at=None).exists():
            return False
        CodesStopped.objects.create(stopped_at=at)
        trail.record(Event.CODES_STOPPED, at=at, subject="phone codes")
    return True


def start_codes(*, at: datetime) -> bool:
    """Let them go out again; return whether they were stopped."""
    with audited_transaction() as trail:
        if not CodesStopped.objects.filter(started_at=None).update(started_at=at):
            return False
        trail.record(Event.CODES_STARTED, at=at, subject="phone codes")
    return True
