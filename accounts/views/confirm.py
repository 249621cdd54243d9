"""Enter your password again: what pages of the administration ask for when it was long ago."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from accounts import known_browsers, session_clock
from accounts.flows.confirm_sign_in import confirm_sign_in
from accounts.fresh_sign_in import SENT
from accounts.sign_in_forms import ConfirmForm
from epcs_portal.access import signed_in_required
from epcs_portal.audit.origin import client_address
from epcs_portal.http import SignedInRequest, safe_next
from epcs_portal.submissions.once import Done, once


@sensitive_post_parameters("password")
@signed_in_required
def confirm(request: SignedInRequest) -> HttpResponse:
    at, to = timezone.now(), safe_next(request, fallback=resolve_url(settings.LOGIN_REDIRECT_URL))
    if request.method != "POST" and session_clock.is_fresh(request.session, at=at):
        return redirect(to)
    form = ConfirmForm(request.POST or None)

    def act() -> Done:
        confirm_sign_in(
            person=request.user,
            password=form.cleaned_data["password"],
            address=client_address(request),
            browser=known_browsers.known_browser(request),
            at=at,
        )
        session_clock.note_password(request.session, at=at)
        return Done(to=to)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    minutes = settings.FRESH_SIGN_IN // timedelta(minutes=1)
    context = {"form": form, "next": to, "was_sent": SENT in request.GET, "minutes": minutes}
    return render(request, "accounts/confirm_sign_in.html", context)
