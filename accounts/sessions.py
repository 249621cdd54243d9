"""Django's sessions in the database, for keys that can be ours."""

from __future__ import annotations

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from epcs_portal.compiled import Select

_SESSION = Select(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))
_KEY = re.compile(r"[0-9a-z]{32}")


class SessionStore(DatabaseSessions):
    """A cookie that cannot be a session key is no session, and is never looked up.

    PostgreSQL answers a NUL in it with an error, and so would the portal.
    """

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and _KEY.fullmatch(key))

    def _get_session_from_db(self) -> Session | None:
        session = _SESSION.one_or_none(key=self.session_key, now=timezone.now())
        if session is None:
            self._session_key = None
        return session
