"""The virtual devices page: the tokens one would hold in the hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from epcs_portal.demo.fobs import ShownFob, fobs_shown_to
from epcs_portal.demo.scenarios import SCENARIOS
from epcs_portal.http import SignedInRequest


@require_http_methods(["GET", "POST"])
def devices(request: SignedInRequest) -> HttpResponse:
    """Show the tokens this person can pick up, and press them.

    The forms carry no form key: a button pressed twice is two presses, as on a real token.
    """
    at = timezone.now()
    shown = fobs_shown_to(request.user)
    if request.method == "POST":
        return _use(request, shown, at=at)
    told = SCENARIOS.get(request.GET.get("did", ""))
    told_of = request.GET.get("token")
    fobs = [
        _picture(each, at=at) | {"told": told if each.fob.serial == told_of else None}
        for each in shown
    ]
    return render(request, "demo/devices.html", {"fobs": fobs})


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
