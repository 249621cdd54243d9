"""Revoke OTP account and all credentials, behind five guards; and the page that is left."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.flows.revoke_account import revoke_account
from accounts.loss_forms import RevokeForm
from epcs_portal.access import Who, open_to, prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from tokens import consequences, step_up, ways_in
from tokens.doors import SETTINGS
from tokens.step_up_matrix import Action


@prescriber_required
def revoke(request: SignedInRequest) -> HttpResponse:
    """Asked again who it is, however fresh the session: nothing brings this back."""
    at, person = timezone.now(), request.user
    ways = ways_in.ways_in_of(person, at=at)
    if not person.prescriber.is_registered:
        return redirect("settings_epcs")
    context = {"back": SETTINGS.back, "held": consequences.held_by(person), "form": None}
    if not ways:
        return render(request, "accounts/revoke.html", context)
    authority = step_up.authority_of(request, Action.REVOKE_ACCOUNT, at=at)
    form = RevokeForm(request.POST or None)

    def act() -> Done:
        case = form.cleaned_data["case"]
        revoke_account(user=person, case=case, authority=authority, at=at)
        return Done(to=reverse("revoked"))

    if form.is_valid() and (answer := once(request, form, act)):
        logout(request)
        return answer
    return render(request, "accounts/revoke.html", context | {"form": form})


@open_to(Who.ANYBODY)
@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in any more, so it names nobody. Who is has not revoked, or is back."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "accounts/revoked.html")
