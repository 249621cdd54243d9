"""My Settings, the Admin tab, and whom to call."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import password_words
from accounts.no_access import access_told
from accounts.readiness import readiness
from accounts.registration_steps import setup_of
from accounts.signing_access import Access
from accounts.standing import Kind, Standing, standing_of
from epcs_portal.access import Who, open_to, prescriber_required, signed_in_required
from epcs_portal.audit.selectors import latest_of
from epcs_portal.http import SignedInRequest
from tokens import step_up
from tokens.cards import first_token_until
from tokens.hard_token_card import hard_token_card, hard_token_status
from tokens.mobile_card import mobile_id_card, mobile_id_status
from tokens.phone_card import phone_card

if TYPE_CHECKING:
    from accounts.models import User


@signed_in_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Lead to the person's first page."""
    if request.user.is_prescriber:
        return redirect("settings_epcs")
    return redirect("administration" if request.user.is_in_administration else "profile")


@signed_in_required
@require_safe
def profile(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/profile.html")


@open_to(Who.ANYBODY)
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    person = request.user
    helpers = [each.full_name for each in person.designees] if person.is_authenticated else []
    return render(request, "accounts/support.html", {"helpers": helpers})


@prescriber_required
@require_safe
def settings_epcs(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    standing = standing_of(request.user.prescriber)
    phones = phone_card(request.user, at=at)
    context = {
        "readiness": readiness(standing, phones=phones["active"], at=at),
        "cards": _cards(request.user, standing, phones, at=at) if standing.is_registered else [],
        "pin": standing.pin,
        "pin_status": standing.status_of(Kind.PIN),
        "password": password_words.panel(standing, at=at),
        "activity": latest_of(request.user, limit=5, now=at),
        "identity_verified": step_up.current(request, at=at) is not None,
        "first_token_until": first_token_until(request.user, standing.tokens, at=at),
        "setup": None if standing.is_registered else setup_of(standing, at=at),
        "is_setting_up": access_told(standing.access) is Access.NOT_GIVEN,
        "is_led": True,  # by the readiness panel
    }
    return render(request, "accounts/settings_epcs.html", context)


@prescriber_required
@require_safe
def epcs_controls(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    standing = standing_of(request.user.prescriber)
    phones = phone_card(request.user, at=at)
    ready = readiness(standing, phones=phones["active"], at=at)
    tag, tone = hard_token_status(standing.hard_token, at=at)
    mobile_tag, mobile_tone = mobile_id_status(
        standing.mobile_id, has_left=standing.has_phone_left, at=at
    )
    password = password_words.panel(standing, at=at)
    signing = "Ready" if ready["tone"] == "ok" else "Not ready"
    context = {
        "registered": standing.is_registered,
        "is_first_pin": standing.pin is None,
        "status": [
            {"label": "Signing", "tag": signing, "tone": ready["tone"]},
            {"label": "Hardware Token", "tag": tag, "tone": tone},
            {"label": "Mobile ID", "tag": mobile_tag, "tone": mobile_tone},
            {"label": "Backup phones", "tag": phones["tag"], "tone": phones["tone"]},
            {"label": "EPCS PIN", "text": standing.status_of(Kind.PIN)},
            {"label": "EPCS password", "text": password["status"]},
        ],
    }
    return render(request, "accounts/controls.html", context)


def _cards(
    person: User, standing: Standing, phones: dict[str, Any], *, at: datetime
) -> list[dict[str, Any]]:
    may_sign = standing.has_the_rest(at)
    return [
        hard_token_card(person, standing.hard_token, at=at, may_sign=may_sign),
        mobile_id_card(
            person,
            standing.mobile_id,
            has_left=standing.has_phone_left,
            at=at,
            may_sign=may_sign,
        ),
        phones,
    ]
