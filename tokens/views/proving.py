"""What the pages of the step-up share: where the person wants to go, for what, and the cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from epcs_portal.forms import PortalForm
from epcs_portal.http import SignedInRequest, safe_next
from epcs_portal.submissions.once import Done, once
from tokens import step_up
from tokens.doors import door_to
from tokens.flows.answer_step_up import answer_step_up
from tokens.possession import ByPassword
from tokens.step_up_matrix import Action

if TYPE_CHECKING:
    from tokens.models import OathToken


def wanted_page(request: SignedInRequest) -> str:
    home = "settings_epcs" if request.user.is_prescriber else "home"
    page = "admin:index" if action_of(request) is Action.SUPPORT else home
    return safe_next(request, reverse(page))


def action_of(request: SignedInRequest) -> Action:
    named = request.GET.get("for", "")
    return Action(named) if named in set(Action) else Action.AUTHENTICATE


def page_of(request: SignedInRequest, name: str, **more: str) -> str:
    """Return the address of a page of the step-up, which knows where the person wants to go."""
    action = action_of(request)
    query = {} if action is Action.AUTHENTICATE else {"for": action.value}
    query |= {"next": wanted_page(request), **more}
    return f"{reverse(name)}?{urlencode(query)}"


def context_of(wanted: str, action: Action) -> dict[str, Any]:
    is_support = action is Action.SUPPORT
    profile = {"label": "My Settings", "url": reverse("profile")}
    back = profile if is_support else door_to(wanted).back
    return {"next": wanted, "action": action.value, "back": back}


def verified(
    request: SignedInRequest,
    form: PortalForm,
    answer_it: Callable[[str, str], None],
    wanted: str,
) -> HttpResponse | None:
    """Answer the step-up, and give the browser the cookie that names it."""
    session_key = request.session.session_key or ""
    cookie = step_up.cookie_value(request.POST.get("form_key", ""), session_key)

    def act() -> Done:
        answer_it(session_key, cookie)
        return Done(to=wanted, note="identity-verified")

    answer = once(request, form, act)
    if answer is not None:
        answer.set_cookie(
            settings.STEP_UP_COOKIE_NAME,
            cookie,
            max_age=int(settings.STEP_UP_TOTAL.total_seconds()),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


def by_password(
    request: SignedInRequest, token: OathToken, form: PortalForm, template: str
) -> HttpResponse:
    """Answer the step-up with one password of this token, or show the page that asks for it."""
    at, wanted = timezone.now(), wanted_page(request)

    def answer_it(session_key: str, cookie: str) -> None:
        by = ByPassword(token=token, otp=form.cleaned_data["otp"])
        answer_step_up(by=by, session_key=session_key, cookie=cookie, at=at)

    if form.is_valid() and (answer := verified(request, form, answer_it, wanted)):
        return answer
    context = {"form": form, "token": token, "methods_url": page_of(request, "verify")}
    return render(request, template, context | context_of(wanted, action_of(request)))
