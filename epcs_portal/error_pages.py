"""Pages for what went wrong. A refused door is written on the trail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say who may open the page, after the attempt is on the trail (21 CFR 1311.150(a)(1))."""
    user = request.user if request.user.is_authenticated else None
    page = request.resolver_match.url_name if request.resolver_match else None
    with audited_transaction() as trail:
        trail.record(
            Event.ACCESS_DENIED, at=timezone.now(), person=user, actor=user, subject=f"page {page}"
        )
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from another site, or from before signing in: nothing was done."""
    if request.path == reverse("sign_in"):  # a second tab: the first may have signed in already
        return redirect(request.get_full_path())
    return render(request, "403_csrf.html", status=403)
