"""The one door of the support site: our staff, with a hardware token of their own, proven now."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import django_otp
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from epcs_portal.access import Who, named
from epcs_portal.http import SignedInRequest
from tokens import step_up
from tokens.step_up import StepUpRequired
from tokens.step_up_matrix import Action

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]

FOR_AGENTS = "Only support agents can open this page."


class AgentRequest(SignedInRequest):
    is_support_open: bool


def agent_required(view: View[P]) -> View[P]:
    """Let in support agents whose token opened this session and still does.

    A session that has lost its step-up is led to the page that asks for it, and nothing is done.
    To be a superuser opens nothing.
    """

    @wraps(view)
    def guarded(request: AgentRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied(FOR_AGENTS)
        at = timezone.now()
        proven = step_up.current(request, at=at)
        if proven is None or not step_up.opens(proven, Action.SUPPORT, at=at):
            raise StepUpRequired(Action.SUPPORT)
        if not request.user.is_verified():  # type: ignore[attr-defined]  # by OTPMiddleware
            django_otp.login(request, proven.hard_token)  # type: ignore[no-untyped-call]
        request.is_support_open = request.user.is_verified()  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return named(Who.AGENT, guarded)  # type: ignore[return-value]


def is_open(request: HttpRequest) -> bool:
    """Whether the door let this very request in."""
    return getattr(request, "is_support_open", False)
