"""Verify it's you: choose a method, and answer it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest, safe_next
from epcs_portal.submissions.once import Done, once
from tokens import selectors, step_up
from tokens.cards import hard_token_trouble
from tokens.doors import door_to
from tokens.flows.answer_step_up import answer_step_up
from tokens.forms import OtpForm
from tokens.methods import hard_token_method


@prescriber_required
def verify(request: SignedInRequest) -> HttpResponse:
    at, wanted = timezone.now(), safe_next(request, reverse("settings_epcs"))
    if step_up.current(request, at=at) is not None:
        return redirect(wanted)
    token = selectors.hard_token_of(request.user)
    if token is None:
        may_add = selectors.open_grant_of(request.user, at=at) is not None
        if may_add:
            return redirect(wanted)
        is_registered = request.user.prescriber.is_registered
        context = {"registered": is_registered, "back": door_to(wanted).back}
        return render(request, "tokens/no_authority.html", context)
    method = hard_token_method(token, at=at)
    if request.GET.get("method") == "token" and method["available"]:
        return redirect(f"{reverse('verify_token')}?{urlencode({'next': wanted})}")
    context = {"methods": [method], "best": method, "next": wanted, "back": door_to(wanted).back}
    return render(request, "tokens/verify_method.html", context)


@sensitive_post_parameters("otp")
@prescriber_required
def verify_token(request: SignedInRequest) -> HttpResponse:
    at, wanted = timezone.now(), safe_next(request, reverse("settings_epcs"))
    token = selectors.hard_token_of(request.user)
    is_closed = token is None or hard_token_trouble(token, at=at) is not None
    if token is None or (is_closed and request.method != "POST"):
        return redirect(f"{reverse('verify')}?{urlencode({'next': wanted})}")
    form = OtpForm(request.POST or None)
    session_key = request.session.session_key or ""
    cookie = step_up.cookie_value(request.POST.get("form_key", ""), session_key)

    def act() -> Done:
        answer_step_up(
            token=token,
            otp=form.cleaned_data["otp"],
            session_key=session_key,
            cookie=cookie,
            at=at,
        )
        return Done(to=wanted, note="identity-verified")

    if form.is_valid() and (answer := once(request, form, act)):
        _remember(answer, cookie)
        return answer
    context = {
        "form": form,
        "token": token,
        "next": wanted,
        "back": door_to(wanted).back,
    }
    return render(request, "tokens/verify_token.html", context)


def _remember(answer: HttpResponse, cookie: str) -> None:
    answer.set_cookie(
        settings.STEP_UP_COOKIE_NAME,
        cookie,
        max_age=int(settings.STEP_UP_TOTAL.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
