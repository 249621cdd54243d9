"""Is the process up?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without touching the database, so that a monitor sees the process alone."""
    return HttpResponse("ok\n", content_type="text/plain")
