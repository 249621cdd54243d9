"""Set or reset the EPCS PIN, steps 2 and 3: choose the PIN, done."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import knowledge_permits
from accounts.flows.reset_pin import reset_pin
from accounts.forms import NewPinForm
from accounts.knowledge_steps import PIN, step
from accounts.readiness import readiness
from accounts.selectors import last_digits_of
from accounts.standing import standing_of
from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.context_processors import done as note_of
from epcs_portal.submissions.once import Done, once
from tokens import selectors


@sensitive_post_parameters("pin", "confirm")
@prescriber_required
def choose(request: SignedInRequest) -> HttpResponse:
    """Step 2. A second click finds the proof spent, and gets the first answer all the same."""
    at, session_key = timezone.now(), request.session.session_key or ""
    form = NewPinForm(request.POST or None, own=last_digits_of(request.user))

    def act() -> Done:
        event = reset_pin(
            user=request.user, pin=form.cleaned_data["pin"], session_key=session_key, at=at
        )
        return Done(to=reverse("pin_done"), note="pin-saved", facts={"event": event})

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    may_choose = knowledge_permits.may_choose(
        request.user, kind=PIN.kind, session_key=session_key, at=at
    )
    if not may_choose and not form.refusal:
        return redirect("pin")
    context = {"form": form, "may_choose": may_choose, **step(PIN, 2)}
    return render(request, "accounts/pin_new.html", context)


@prescriber_required
@require_safe
def done(request: SignedInRequest) -> HttpResponse:
    """Step 3. The note of what was done is this page itself, so it is not shown above it."""
    standing = standing_of(request.user.prescriber)
    if standing.pin is None:
        return redirect("pin")
    note = note_of(request).get("done", {})
    context = {
        "readiness": readiness(
            standing, phones=selectors.active_phones_of(request.user), at=timezone.now()
        ),
        "facts": note.get("facts", {}),
        "done": None,
        **step(PIN, 3),
    }
    return render(request, "accounts/pin_done.html", context)
