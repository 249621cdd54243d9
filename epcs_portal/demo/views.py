"""The virtual devices page: the tokens and the phone one would hold in the hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from epcs_portal.access import signed_in_required
from epcs_portal.demo import phone
from epcs_portal.demo.fobs import ShownFob, fobs_shown_to
from epcs_portal.demo.models import VirtualNetwork
from epcs_portal.demo.scenarios import SCENARIOS
from epcs_portal.http import SignedInRequest

CALLS = {"answer": phone.answer, "decline": phone.decline}
# What can be switched off and on again, and the box of the page it stands in.
SWITCHES = {
    "loses_everything": "phone",
    "is_down": "phone",
    "declines_next_card": "payments",
    "payments_are_down": "payments",
    "payment_events_get_lost": "payments",
}


@signed_in_required
@require_http_methods(["GET", "POST"])
def devices(request: SignedInRequest) -> HttpResponse:
    """Show the tokens this person can pick up, and press them.

    The forms carry no form key: a button pressed twice is two presses, as on a real token.
    """
    at = timezone.now()
    shown = fobs_shown_to(request.user)
    if "call" in request.POST or "network" in request.POST:
        return _use_phone(request, at=at)
    if request.method == "POST":
        return _use(request, shown, at=at)
    told = SCENARIOS.get(request.GET.get("did", ""))
    told_of = request.GET.get("token")
    fobs = [
        _picture(each, at=at) | {"told": told if each.fob.serial == told_of else None}
        for each in shown
    ]
    context = {
        "fobs": fobs,
        "bubbles": phone.bubbles_of(request.user, at=at),
        "network": VirtualNetwork.now(),
    }
    return render(request, "demo/devices.html", context)


def _use_phone(request: SignedInRequest, *, at: datetime) -> HttpResponse:
    """Answer or decline a call, or break the network or the payment service."""
    what, did = request.POST.get("network", ""), CALLS.get(request.POST.get("call", ""))
    if what in SWITCHES:
        phone.switch(what)
    elif what == "time_out":
        phone.let_request_time_out(request.user, at=at)
    elif did is None:
        raise Http404
    else:
        try:
            did(request.user, UUID(request.POST.get("message", "")), at=at)
        except ValueError:
            raise Http404 from None
    return redirect(f"{reverse('demo_devices')}#{SWITCHES.get(what, 'phone')}")


def _use(request: SignedInRequest, shown: list[ShownFob], *, at: datetime) -> HttpResponse:
    serial, did = request.POST.get("serial", ""), request.POST.get("scenario", "")
    used = next((each for each in shown if each.fob.serial == serial), None)
    if used is None:
        raise Http404
    page = reverse("demo_devices")
    if "press" in request.POST:
        used.fob.press(at=at)
        return redirect(f"{page}#{serial}")
    scenario = SCENARIOS.get(did)
    if scenario is None or (scenario.only_own and not used.is_mine):
        raise Http404
    scenario.play(used.fob, request.user, at)
    return redirect(f"{page}?{urlencode({'did': did, 'token': serial})}#{serial}")


def _picture(shown: ShownFob, *, at: datetime) -> dict[str, Any]:
    """Context of demo/fob.html."""
    fob, is_mine = shown.fob, shown.is_mine
    return {
        "serial": fob.serial,
        "owner_text": "Your token" if is_mine else "In stock: nobody holds it yet",
        "lcd": fob.display(at=at),
        "seconds_left": fob.seconds_left(at=at),
        "mine": is_mine,
        "scenarios": [each for each in SCENARIOS.values() if is_mine or not each.only_own],
    }
