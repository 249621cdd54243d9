"""Admin, EPCS Device Management: the table of tokens."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import day_and_time
from tokens import cards, selectors, step_up
from tokens.doors import ADMIN


@prescriber_required
@require_safe
def devices(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    token = selectors.hard_token_of(request.user)
    tag, tone = cards.hard_token_status(token, at=at)
    row = {
        "name": "Hardware Token",
        "serial": token.serial if token else "",
        "tag": tag,
        "tone": tone,
        "actions": cards.hard_token_actions(token, tone, door=ADMIN) if token else [],
    }
    grant = None if token else selectors.open_grant_of(request.user, at=at)
    context = {
        "identity_verified": step_up.standing(request, at=at) is not None,
        "first_token_until": day_and_time(grant.expires_at, at) if grant else "",
        "token_rows": [row] if token else [],
        "add_url": reverse("token_add") + ADMIN.query,
        "back": {"label": "Admin", "url": reverse("epcs_controls")},
    }
    return render(request, "tokens/devices.html", context)


@require_safe
def instructions(request: SignedInRequest) -> HttpResponse:
    """What is a Hardware Token, and one page to print and keep beside it."""
    return render(request, "tokens/instructions.html")
