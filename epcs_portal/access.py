"""Who may open a page. The site is closed by default; these name the role on the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from epcs_portal.http import SignedInRequest

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def prescriber_required(view: View[P]) -> View[P]:
    """Let prescribers in. Anybody else gets the page that says who may."""

    @wraps(view)
    def guarded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_prescriber:
            raise PermissionDenied(
                "Only a prescriber, signed in under their own name, can open this page."
            )
        return view(request, *args, **kwargs)

    return guarded
