"""Some pages want the password of sign-in anew, if it was entered more than a while ago."""

from __future__ import annotations

from functools import wraps
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts import session_clock
from epcs_portal.access import P, View
from epcs_portal.http import SignedInRequest

SENT = "sent"  # in the query of the page that asks: a form was sent, and nothing came of it


def fresh_sign_in_required(view: View[P]) -> View[P]:
    """Ask whoever entered their password longer ago than FRESH_SIGN_IN for it (ASVS 7.5.1).

    It stands nearest to the view: who may enter is asked first. A form that was sent too late is
    not kept and not sent again: its page opens anew, and the page that asks says so.
    """

    @wraps(view)
    def fresh(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if session_clock.is_fresh(request.session, at=timezone.now()):
            return view(request, *args, **kwargs)
        query = {"next": request.get_full_path()}
        if request.method == "POST":
            query[SENT] = "1"
        return HttpResponseRedirect(f"{reverse('confirm_sign_in')}?{urlencode(query)}")

    return fresh
