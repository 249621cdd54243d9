"""End a session: because the person asked, or because its time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.contrib.sessions.models import Session

from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import mobile_ids, step_up

Reason = Literal["asked", "idle", "total"]


def sign_out(*, person: User, session_key: str, reason: Reason, at: datetime) -> None:
    """Delete the session and what was proven in it. Of two requests at once one is recorded."""
    with audited_transaction() as trail:
        ended, _rows = Session.objects.filter(session_key=session_key).delete()
        mobile_ids.end_for_session(person, session_key=session_key, at=at)
        step_up.end_for_session(session_key=session_key, at=at)
        if ended:
            event = Event.SIGN_OUT if reason == "asked" else Event.SESSION_ENDED
            subject = f"account {person.username}"
            trail.record(event, at=at, person=person, actor=person, subject=subject, reason=reason)
