"""StepUpRequired leads to the step-up page, and from there back to where one was."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tokens.step_up import StepUpRequired


class StepUpMiddleware:
    """Views raise; nobody else needs to know. A form that was posted is never posted again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, StepUpRequired):
            return None
        query = {"for": exception.action.value, "next": request.get_full_path()}
        return redirect(f"{reverse('verify')}?{urlencode(query)}")
