"""The Rx Queue: what waits for this prescriber's signature, and what became of the rest."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.readiness import verdict
from accounts.standing import standing_of
from epcs_portal.access import queue_required
from epcs_portal.http import SignedInRequest
from prescriptions import selectors
from prescriptions.queue_rows import queue_row


@queue_required
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    if not request.user.is_prescriber:
        return render(request, "prescriptions/queue_of_nobody.html")
    at, prescriber = timezone.now(), request.user.prescriber
    standing = standing_of(prescriber)
    ready = verdict(standing, at=at)
    listed = selectors.listed(prescriber, since=at - settings.QUEUE_SHOWS)
    context = {
        "rows": [queue_row(rx, at=at) for rx in listed],
        "days": settings.QUEUE_SHOWS.days,
        "warning": ready if ready["tone"] != "ok" else None,
        "registered": standing.is_registered,
    }
    return render(request, "prescriptions/queue.html", context)
