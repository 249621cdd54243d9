"""Set up my EPCS password, after the proof: choose it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts import knowledge_permits
from accounts.flows.set_password import set_password
from accounts.knowledge_steps import PASSWORD, step
from accounts.password_criteria import names_of
from accounts.password_forms import NewPasswordForm
from accounts.password_words import who_asked
from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once


@sensitive_post_parameters("password", "confirm")
@prescriber_required
def choose(request: SignedInRequest) -> HttpResponse:
    """A second click finds the reset used, and gets the first answer all the same."""
    at, person, session_key = timezone.now(), request.user, request.session.session_key or ""
    form = NewPasswordForm(request.POST or None, own=names_of(person))

    @sensitive_variables()
    def act() -> Done:
        password = form.cleaned_data["password"]
        set_password(user=person, password=password, session_key=session_key, at=at)
        return Done(to=reverse("settings_epcs"), note="password-saved")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    may_choose = knowledge_permits.may_choose(
        person, kind=PASSWORD.kind, session_key=session_key, at=at
    )
    if not may_choose and not form.refusal:
        return redirect("password")
    asked = who_asked(person, at=at)
    context = {"form": form, "may_choose": may_choose, "asked": asked, **step(PASSWORD, 2)}
    return render(request, "accounts/password_new.html", context)
