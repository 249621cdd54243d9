"""Sign in, sign out, and the time a session has left.

These forms carry no form key: nobody is signed in yet, and sending them twice does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import known_browsers, session_clock
from accounts.flows.sign_in import sign_in as prove_person
from accounts.flows.sign_out import sign_out as end_session
from accounts.sign_in_forms import SignInForm
from epcs_portal.access import Who, open_to
from epcs_portal.audit.origin import client_address
from epcs_portal.http import safe_next
from epcs_portal.refusals import Refusal


@open_to(Who.ANYBODY)
@sensitive_post_parameters("username", "password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in and go to ``next``, or to the person's first page."""
    if request.user.is_authenticated:
        return redirect(_next_page(request))
    form = SignInForm(_typed(request))
    if form.is_valid():
        at = timezone.now()
        browser = known_browsers.known_browser(request)
        try:
            person = prove_person(
                **form.cleaned_data, address=client_address(request), browser=browser, at=at
            )
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            login(request, person)  # with a new session key
            session_clock.start(request.session, at=at)
            response = redirect(_next_page(request))
            known_browsers.remember(response, browser, person.pk)
            return response
    return render(request, "accounts/sign_in.html", _context(request, form))


@open_to(Who.ANYBODY)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, and have the browser forget the pages. It is still known at the next sign-in."""
    session_key = request.session.session_key
    if request.user.is_authenticated and session_key:
        end_session(person=request.user, session_key=session_key, reason="asked", at=timezone.now())
    logout(request)
    response = HttpResponseRedirect(f"{reverse('sign_in')}?ended=asked")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@open_to(Who.ANYBODY)
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """Say how many seconds the session has left. A POST is the person staying signed in."""
    seconds = getattr(request, "session_seconds_left", 0)
    return JsonResponse({"seconds": seconds}, status=200 if seconds else 401)


def _typed(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return the posted form; in the demo, as if the chosen person had typed theirs."""
    if request.method != "POST":
        return None
    chosen = request.POST.get("as")
    if chosen in {person["username"] for person in _demo_people()}:
        return {"username": chosen, "password": settings.DEMO_PASSWORD}
    return request.POST


def _demo_people() -> list[dict[str, str]]:
    return settings.DEMO_PEOPLE if settings.DEMO else []


def _next_page(request: HttpRequest) -> str:
    return safe_next(request, fallback=resolve_url(settings.LOGIN_REDIRECT_URL))


def _notices() -> dict[str, dict[str, str]]:
    """Return what to tell a person whose session ended, by its reason."""
    back = "Sign in to go back to where you were."
    minutes = settings.SESSION_IDLE_SECONDS // 60
    hours = settings.SESSION_TOTAL_SECONDS // 3600
    return {
        "idle": {
            "title": "You were signed out",
            "text": f"There was no activity for {minutes} minutes. {back}",
        },
        "total": {
            "title": "You were signed out",
            "text": f"A session lasts {hours} hours at most. {back}",
        },
        "asked": {"title": "You are signed out", "text": ""},
    }


def _context(request: HttpRequest, form: SignInForm) -> dict[str, Any]:
    return {
        "form": form,
        "notice": _notices().get(request.GET.get("ended", "")),
        "next": safe_next(request, fallback=""),
        "demo_people": _demo_people(),
    }
