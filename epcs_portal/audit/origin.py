"""Where the request at hand comes from, for the audit trail."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Origin:
    """Both are empty outside a request: a task, a command."""

    address: str = ""
    request_id: str = ""


_current: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039  (frozen)


def current() -> Origin:
    return _current.get()


class OriginMiddleware:
    """Give each request an id of our own drawing, and answer with it as ``X-Request-ID``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin = Origin(address=client_address(request), request_id=uuid4().hex)
        before = _current.set(origin)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(before)
        response["X-Request-ID"] = origin.request_id
        return response


def client_address(request: HttpRequest) -> str:
    """Return the address of the browser, or "" where nothing that is an address is known.

    ``CLIENT_ADDRESS_HEADER`` names a header that our own proxy writes. Of several addresses in
    it the last counts: the proxy appends, and what stands before was written by the client.
    """
    told = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2]
    return _address(told) or _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    # Only what parses as an address is kept, so no line break reaches the trail or a log.
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return ""
    return str(address).partition("%")[0]
