"""How much time a session has left. Its two clocks stand in the session itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

SIGNED_IN_AT = "signed_in_at"  # both in whole seconds since 1970
SEEN_AT = "seen_at"

Limit = Literal["idle", "total"]


def start(session: SessionBase, *, at: datetime) -> None:
    """Start both clocks."""
    session[SIGNED_IN_AT] = session[SEEN_AT] = int(at.timestamp())


def is_running(session: SessionBase) -> bool:
    return SIGNED_IN_AT in session


def note_seen(session: SessionBase, *, at: datetime) -> None:
    """Restart the idle clock; a write, so at most once in SESSION_SEEN_EVERY_SECONDS."""
    if int(at.timestamp()) - session[SEEN_AT] >= settings.SESSION_SEEN_EVERY_SECONDS:
        session[SEEN_AT] = int(at.timestamp())


def time_left(session: SessionBase, *, at: datetime) -> tuple[int, Limit]:
    """Return the seconds left, and the limit that is reached then."""
    now = int(at.timestamp())
    idle = session[SEEN_AT] + settings.SESSION_IDLE_SECONDS - now
    total = session[SIGNED_IN_AT] + settings.SESSION_TOTAL_SECONDS - now
    return (idle, "idle") if idle < total else (total, "total")
