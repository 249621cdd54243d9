"""Headers on every response, and the clock of the person's practice."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.encoding import escape_uri_path

GetResponse = Callable[[HttpRequest], HttpResponse]

access_log = logging.getLogger("epcs_portal.access")

COMPANIONS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class ResponseHeadersMiddleware:
    """The companions of the Content-Security-Policy. Pages are never kept by a browser or proxy.

    Files under /static/ say for themselves how long they may be kept.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in COMPANIONS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class AccessLogMiddleware:
    """One line for each request: never the query, and the path as it is written in an address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        path, took = escape_uri_path(request.path), round(1000 * (time.monotonic() - began))
        access_log.info("%s %s %s %s ms", request.method, path, response.status_code, took)
        return response


class LocalTimeMiddleware:
    """Show times as the clock on the practice's wall does."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = getattr(request.user, "time_zone", None)
        with timezone.override(ZoneInfo(name) if name else None):
            return self.get_response(request)
