"""Django's sessions in the database, for keys that can be ours."""

from __future__ import annotations

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

_KEY = re.compile(r"[0-9a-z]{32}")


class SessionStore(DatabaseSessions):
    """A cookie that cannot be a session key is no session, and is never looked up.

    PostgreSQL answers a NUL in it with an error, and so would the portal.
    """

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and _KEY.fullmatch(key))
