"""Set or reset the EPCS PIN, in three steps: prove it's you, choose the PIN, done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import pin_permits
from accounts.flows.prove_for_pin import prove_for_pin
from accounts.flows.reset_pin import reset_pin
from accounts.forms import NewPinForm
from accounts.readiness import readiness, standing_of
from accounts.selectors import pin_of
from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.context_processors import done as note_of
from epcs_portal.submissions.once import Done, once
from tokens import selectors
from tokens.cards import hard_token_trouble, phone_bound_trouble
from tokens.doors import ADMIN
from tokens.forms import OtpForm

if TYPE_CHECKING:
    from accounts.models import User

STEPS = ["Validate passcode", "Choose PIN", "Done"]


@sensitive_post_parameters("otp")
@prescriber_required
def prove(request: SignedInRequest) -> HttpResponse:
    """Step 1. A step-up does not replace it; on the first day, the enrollment grant does."""
    at, person = timezone.now(), request.user
    if pin_permits.is_granted(person, at=at):
        return redirect("pin_new")
    token, registered = selectors.hard_token_of(person), person.prescriber.is_registered
    if token is None or not registered:
        context = {"registered": registered, "add_url": reverse("token_add") + ADMIN.query}
        return render(request, "accounts/pin_no_token.html", context | _first_step(person))
    form = OtpForm(request.POST or None)
    session_key = request.session.session_key or ""

    def act() -> Done:
        otp = form.cleaned_data["otp"]
        prove_for_pin(token=token, otp=otp, session_key=session_key, at=at)
        return Done(to=reverse("pin_new"))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = {
        "form": form,
        # What was typed is answered by the form itself.
        "trouble": phone_bound_trouble(token)
        or (None if form.is_bound else hard_token_trouble(token, at=at)),
        "resync_url": reverse("token_resync", args=[token.pk]) + ADMIN.query,
    }
    return render(request, "accounts/pin.html", context | _first_step(person))


@sensitive_post_parameters("pin", "confirm")
@prescriber_required
def choose(request: SignedInRequest) -> HttpResponse:
    """Step 2. A second click finds the proof spent, and gets the first answer all the same."""
    at, session_key = timezone.now(), request.session.session_key or ""
    form = NewPinForm(request.POST or None)

    def act() -> Done:
        event = reset_pin(
            user=request.user, pin=form.cleaned_data["pin"], session_key=session_key, at=at
        )
        return Done(to=reverse("pin_done"), note="pin-saved", facts={"event": event})

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    may_choose = pin_permits.may_choose(request.user, session_key=session_key, at=at)
    if not may_choose and not form.refusal:
        return redirect("pin")
    context = {"form": form, "may_choose": may_choose, **_step(2)}
    return render(request, "accounts/pin_new.html", context)


@prescriber_required
@require_safe
def done(request: SignedInRequest) -> HttpResponse:
    """Step 3. The note of what was done is this page itself, so it is not shown above it."""
    standing = standing_of(request.user.prescriber, selectors.hard_token_of(request.user))
    if standing.pin is None:
        return redirect("pin")
    note = note_of(request).get("done", {})
    context = {
        "readiness": readiness(
            standing, phones=len(selectors.active_phones_of(request.user)), at=timezone.now()
        ),
        "facts": note.get("facts", {}),
        "done": None,
        **_step(3),
    }
    return render(request, "accounts/pin_done.html", context)


def _first_step(person: User) -> dict[str, Any]:
    return {"is_first": pin_of(person) is None, **_step(1)}


def _step(number: int) -> dict[str, Any]:
    back = {"label": "Admin", "url": reverse("epcs_controls")}
    return {"steps": STEPS, "step": number, "back": back}
