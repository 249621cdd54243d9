"""A session ends when it was idle too long, and after some hours in all (SP 800-63B 2.2.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone

from accounts import session_clock
from accounts.flows.sign_out import sign_out
from accounts.session_clock import Limit


class TimedRequest(HttpRequest):
    session_seconds_left: int


class SessionLimitsMiddleware:
    """End sessions whose time is over, and note when the person was last seen.

    That is written at most once a minute, so a person may be signed out up to a minute early
    and never late. Polls (``/session/`` and ``*.json``) are the page asking, not the person.
    """

    def __init__(self, get_response: Callable[[TimedRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: TimedRequest) -> HttpResponse:
        if SESSION_KEY not in request.session:
            return self.get_response(request)
        at = timezone.now()
        if not session_clock.is_running(request.session):  # signed in by another door than ours
            session_clock.start(request.session, at=at)
        left, limit = session_clock.time_left(request.session, at=at)
        if left <= 0:
            return _refuse() if _is_page_asking(request) else _end(request, limit, at=at)
        if not _is_poll(request):
            session_clock.note_seen(request.session, at=at)
            left, _ = session_clock.time_left(request.session, at=at)
        request.session_seconds_left = left
        return self.get_response(request)


def _is_page_asking(request: HttpRequest) -> bool:
    # Without its slash the address is a redirect to the poll, so it is one too.
    return f"{request.path.rstrip('/')}/" == reverse("session") or request.path.endswith(".json")


def _is_poll(request: HttpRequest) -> bool:
    is_staying = request.method == "POST" and request.path == reverse("session")
    return _is_page_asking(request) and not is_staying


def _refuse() -> HttpResponse:
    # The page then goes to itself, where the session ends and the person is told why.
    return JsonResponse({"seconds": 0}, status=401)


def _end(request: HttpRequest, limit: Limit, *, at: datetime) -> HttpResponse:
    session_key = request.session.session_key
    if request.user.is_authenticated and session_key:
        sign_out(person=request.user, session_key=session_key, reason=limit, at=at)
    logout(request)
    query: dict[str, str] = {"ended": limit}
    if request.path not in {reverse("sign_in"), reverse("sign_out")}:
        query["next"] = request.get_full_path()
    return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode(query)}")
