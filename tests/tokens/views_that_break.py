"""Views that fall over after, or around, an attempt. They stand beside the portal's own."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from epcs_portal.http import SignedInRequest
from epcs_portal.refusals import Refusal
from epcs_portal.urls import handler403
from epcs_portal.urls import urlpatterns as portal
from tokens import selectors
from tokens.flows.resynchronize_hard_token import resynchronize_hard_token
from tokens.flows.try_token import try_token

__all__ = ["handler403", "urlpatterns"]


class LightsOut(Exception):
    """Nobody expects this one."""


def _attempt(request: SignedInRequest) -> None:
    token = selectors.hard_token_of(request.user)
    assert token is not None
    otps = request.POST.getlist("otp")
    if len(otps) == 2:
        resynchronize_hard_token(token=token, first=otps[0], second=otps[1], at=timezone.now())
    else:
        try_token(token=token, otp=otps[0], at=timezone.now())


def lets_the_refusal_through(request: SignedInRequest) -> HttpResponse:
    _attempt(request)
    return HttpResponse("accepted")


def breaks_afterwards(request: SignedInRequest) -> HttpResponse:
    try:
        _attempt(request)
    except Refusal:
        raise LightsOut from None
    raise LightsOut


def breaks_inside_its_own_transaction(request: SignedInRequest) -> HttpResponse:
    with transaction.atomic():
        _attempt(request)
        raise LightsOut


urlpatterns = [
    path("lets-through/", lets_the_refusal_through),
    path("breaks-afterwards/", breaks_afterwards),
    path("breaks-inside/", breaks_inside_its_own_transaction),
    *portal,
]
