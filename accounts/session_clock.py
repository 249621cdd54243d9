"""How much time a session has left, and when its person last typed their password.

The clocks stand in the session itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

SIGNED_IN_AT = "signed_in_at"  # all in whole seconds since 1970
SEEN_AT = "seen_at"
PASSWORD_AT = "password_at"  # noqa: S105  (no password)

Limit = Literal["idle", "total"]


def start(session: SessionBase, *, at: datetime) -> None:
    """Start every clock."""
    session[SIGNED_IN_AT] = session[SEEN_AT] = session[PASSWORD_AT] = int(at.timestamp())


def note_password(session: SessionBase, *, at: datetime) -> None:
    """The password of sign-in was entered once more. The session itself lasts no longer by it."""
    session[PASSWORD_AT] = int(at.timestamp())


def is_fresh(session: SessionBase, *, at: datetime) -> bool:
    """Whether the password of sign-in was entered within FRESH_SIGN_IN (ASVS 7.5.1)."""
    entered = int(session.get(PASSWORD_AT, session.get(SIGNED_IN_AT, 0)))  # of before it was kept
    age = int(at.timestamp()) - entered
    return age <= settings.FRESH_SIGN_IN // timedelta(seconds=1)


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
