"""Who may open a page. The site is closed by default, and every view names who may enter.

The name stays on the view (``who``), where the tests that walk every address read it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from epcs_portal.http import SignedInRequest

if TYPE_CHECKING:
    from accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]
AnyView = TypeVar("AnyView", bound=Callable[..., Any])


class Who(StrEnum):
    ANYBODY = "anybody"
    PAIRED_PHONE = "a paired phone, by its signature"
    VENDOR = "a vendor, by its signature"
    SIGNED_IN = "anybody signed in"
    PRESCRIBER = "prescribers"
    TOKEN_HOLDER = "prescribers and support agents"  # noqa: S105  (no password)
    ADMINISTRATION = "eRx administrators and designated individuals"
    DESIGNATED = "designated individuals"
    MEMBER = "whoever works at a practice"
    QUEUE = "prescribers and the administration of a practice"
    AGENT = "support agents"


def named(who: Who, view: AnyView) -> AnyView:
    """Write on the view who may enter. What is written lets nobody in."""
    view.who = who  # type: ignore[attr-defined]
    return view


def open_to(who: Who) -> Callable[[AnyView], AnyView]:
    """Open the view without a sign-in: to anybody, or to who signs each request."""
    return lambda view: named(who, login_not_required(view))


def signed_in_required(view: AnyView) -> AnyView:
    """Let in whoever is signed in: the middleware that closes the site sees to it."""
    return named(Who.SIGNED_IN, view)


def prescriber_required(view: View[P]) -> View[P]:
    """Let prescribers in. Anybody else gets the page that says who may."""
    sentence = "Only a prescriber, signed in under their own name, can open this page."
    return _guarded(view, Who.PRESCRIBER, lambda user: user.is_prescriber, sentence)


def token_holder_required(view: View[P]) -> View[P]:
    """Let in who may verify with a token: prescribers, and support agents."""
    sentence = "Only a prescriber, signed in under their own name, can open this page."
    return _guarded(
        view, Who.TOKEN_HOLDER, lambda user: user.is_prescriber or user.is_staff, sentence
    )


def member_required(view: View[P]) -> View[P]:
    """Let in who works at a practice."""
    sentence = "Only people who work at a practice can open this page."
    return _guarded(view, Who.MEMBER, lambda user: user.has_membership, sentence)


def queue_required(view: View[P]) -> View[P]:
    """Let in prescribers, and the administration, whose article begins at the Rx Queue."""
    sentence = "Only prescribers and the administration of a practice can open this page."
    return _guarded(
        view, Who.QUEUE, lambda user: user.is_prescriber or user.is_in_administration, sentence
    )


def administration_required(view: View[P]) -> View[P]:
    """Let in who helps the prescribers of a practice. Of another practice they see nothing."""
    sentence = (
        "Only an eRx administrator or a designated individual of your practice can open this page."
    )
    return _guarded(view, Who.ADMINISTRATION, lambda user: user.is_in_administration, sentence)


def designated_required(view: View[P]) -> View[P]:
    """Let in who manages access at a practice (21 CFR 1311.125(a))."""
    sentence = "Only a designated individual of your practice can open this page."
    return _guarded(view, Who.DESIGNATED, lambda user: user.is_designated, sentence)


def _guarded(view: View[P], who: Who, may_enter: Callable[[User], bool], sentence: str) -> View[P]:
    @wraps(view)
    def guarded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may_enter(request.user):
            raise PermissionDenied(sentence)
        return view(request, *args, **kwargs)

    return named(who, guarded)
