"""What the pages of the step-up share: where the person wants to go, for what, and the cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from epcs_portal.forms import PortalForm
from epcs_portal.http import SignedInRequest, safe_next
from epcs_portal.submissions.once import Done, once
from tokens import step_up
from tokens.doors import door_to
from tokens.step_up_matrix import Action


def wanted_page(request: SignedInRequest) -> str:
    return safe_next(request, reverse("settings_epcs"))


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
    return {"next": wanted, "action": action.value, "back": door_to(wanted).back}


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
