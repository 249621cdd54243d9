"""Who may open a page. The site is closed by default; these name the role on the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from epcs_portal.http import SignedInRequest

if TYPE_CHECKING:
    from accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def prescriber_required(view: View[P]) -> View[P]:
    """Let prescribers in. Anybody else gets the page that says who may."""
    sentence = "Only a prescriber, signed in under their own name, can open this page."
    return _guarded(view, lambda user: user.is_prescriber, sentence)


def token_holder_required(view: View[P]) -> View[P]:
    """Let in who may verify with a token: prescribers, and support agents."""
    sentence = "Only a prescriber, signed in under their own name, can open this page."
    return _guarded(view, lambda user: user.is_prescriber or user.is_staff, sentence)


def designated_required(view: View[P]) -> View[P]:
    """Let in who manages access at a practice (21 CFR 1311.125(a))."""
    sentence = "Only a designated individual of your practice can open this page."
    return _guarded(view, lambda user: user.is_designated, sentence)


def _guarded(view: View[P], may_enter: Callable[[User], bool], sentence: str) -> View[P]:
    @wraps(view)
    def guarded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may_enter(request.user):
            raise PermissionDenied(sentence)
        return view(request, *args, **kwargs)

    return guarded
