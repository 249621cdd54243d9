"""Admin, EPCS Device Management: the phones, and the table of tokens."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from epcs_portal.access import prescriber_required, signed_in_required
from epcs_portal.http import SignedInRequest
from tokens import cards, hard_token_card, mobile_card, selectors, step_up
from tokens.doors import ADMIN
from tokens.phone_card import phone_card


@prescriber_required
@require_safe
def devices(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    token = selectors.hard_token_of(request.user)
    tag, tone = hard_token_card.hard_token_status(token, at=at)
    row = {
        "name": "Hardware Token",
        "serial": token.serial if token else "",
        "tag": tag,
        "tone": tone,
        "actions": hard_token_card.hard_token_actions(token, door=ADMIN, at=at) if token else [],
    }
    mobile = selectors.mobile_id_of(request.user)
    setup = None if mobile else selectors.latest_setup_of(request.user)
    has_left = mobile is not None and selectors.was_left(mobile)
    tag, tone = mobile_card.mobile_id_status(mobile, has_left=has_left, at=at)
    actions = mobile_card.mobile_id_actions(mobile, setup, has_left=has_left, door=ADMIN, at=at)
    mobile_row = {
        "name": f"Mobile ID ({mobile_card.APP})",
        "serial": mobile.serial if mobile else "",
        "tag": tag,
        "tone": tone,
        "actions": actions,
    }
    held = [each for each in (token, mobile) if each is not None]
    context = {
        "registered": request.user.prescriber.is_registered,
        "identity_verified": step_up.current(request, at=at) is not None,
        "first_token_until": cards.first_token_until(request.user, held, at=at),
        "phones": phone_card(request.user, door=ADMIN, at=at),
        "phone_add_url": reverse("phone_add") + ADMIN.query,
        "token_rows": [*([row] if token else []), *([mobile_row] if mobile else [])],
        "mobile_actions": [] if mobile else actions,
        "add_url": reverse("token_add") + ADMIN.query,
        "back": {"label": "Admin", "url": reverse("epcs_controls")},
    }
    return render(request, "tokens/devices.html", context)


@signed_in_required
@require_safe
def instructions(request: SignedInRequest) -> HttpResponse:
    """What is a Hardware Token, and one page to print and keep beside it."""
    return render(request, "tokens/instructions.html")
