"""The note that a page shows after a form ended well."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from epcs_portal.submissions.models import FormSubmission

SHOWN_FOR = timedelta(minutes=10)  # a bookmarked page does not repeat old news


def done(request: HttpRequest) -> dict[str, Any]:
    """Set ``done`` to the note's template and facts, where ``?done=`` names this person's own."""
    user = getattr(request, "user", None)
    if request.method != "GET":  # the page answers something newer
        return {}
    try:
        uuid = UUID(request.GET.get("done", ""))
    except ValueError:
        return {}
    if user is None or not user.is_authenticated:
        return {}
    fresh = FormSubmission.objects.filter(answered_at__gt=timezone.now() - SHOWN_FOR)
    submission = fresh.filter(pk=uuid, user=user).exclude(note="").first()
    if submission is None:
        return {}
    return {"done": {"template": f"notes/{submission.note}.html", "facts": submission.facts}}
