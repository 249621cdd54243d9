"""Requests are UTF-8, whatever they say of themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[..., Iterable[bytes]]
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def only_utf8(application: Application) -> Application:
    """Wrap a WSGI application so that no request chooses the codec it is read with.

    Django looks the codec up before any middleware runs, and takes every one that Python
    knows: ``charset=hex`` would be answered with an error by all of the portal's URLs.
    """

    def in_utf8(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = _CHARSET.sub("", environ.get("CONTENT_TYPE") or "")
        return application(environ, start_response)

    return in_utf8
