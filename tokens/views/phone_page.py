"""Mobile ID's own page: what a phone loads, and keeps to work without a network."""

from __future__ import annotations

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from epcs_portal.access import Who, open_to
from epcs_portal.delivery import web_push_gateway

INSTALLABLE = {"manifest-src": "'self'", "worker-src": "'self'"}


@open_to(Who.ANYBODY)
@require_safe
@csp_update(INSTALLABLE)
def page(request: HttpRequest) -> HttpResponse:
    """The same for everybody: who a phone is shows by its key, never by a session."""
    context = {
        "push_key": web_push_gateway.public_key(),
        "demo": settings.DEMO,
        "support_phone": settings.SUPPORT_PHONE,
    }
    return render(request, "mobile_id/page.html", context)


@open_to(Who.ANYBODY)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its scope is the folder it is served from."""
    return render(request, "mobile_id/worker.js", content_type="text/javascript")


@open_to(Who.ANYBODY)
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    kind = "application/manifest+json"
    return render(request, "mobile_id/manifest.webmanifest", content_type=kind)
