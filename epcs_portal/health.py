"""Is the process up?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from epcs_portal.access import Who, open_to


@open_to(Who.ANYBODY)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without touching the database, so that a monitor sees the process alone."""
    return HttpResponse("ok\n", content_type="text/plain")
