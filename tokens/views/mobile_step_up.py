"""Verify it's you with Mobile ID: by a code of it, or by a request that the phone approves."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from tokens import push_words, selectors
from tokens.approvals import Purpose
from tokens.flows.answer_step_up import answer_step_up
from tokens.forms import ApprovalForm, MobileCodeForm
from tokens.possession import ByPush
from tokens.views.proving import (
    action_of,
    by_password,
    context_of,
    page_of,
    verified,
    wanted_page,
)


@sensitive_post_parameters("otp")
@prescriber_required
def verify_mobile(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    token = selectors.mobile_id_of(request.user)
    if token is None or (token.lock.is_closed(at) and request.method != "POST"):
        return redirect(page_of(request, "verify"))
    return by_password(
        request, token, MobileCodeForm(request.POST or None), "tokens/verify_mobile.html"
    )


@prescriber_required
def verify_push(request: SignedInRequest) -> HttpResponse:
    """The request stands in the query: it was sent a page before."""
    at, wanted = timezone.now(), wanted_page(request)
    asked = push_words.asked_by(request, Purpose.STEP_UP, at=at)
    token = selectors.mobile_id_of(request.user)
    if token is None or (asked is None and request.method != "POST"):
        return redirect(page_of(request, "verify"))
    form = ApprovalForm(request.POST or None)

    def answer_it(session_key: str, cookie: str) -> None:
        by = ByPush(
            token=token,
            request=form.cleaned_data["approval"],
            purpose=Purpose.STEP_UP,
            session_key=session_key,
        )
        answer_step_up(by=by, session_key=session_key, cookie=cookie, at=at)

    if form.is_valid() and (answer := verified(request, form, answer_it, wanted)):
        return answer
    context = {
        "form": form,
        "token": token,
        "push": asked,
        "methods_url": page_of(request, "verify"),
        **context_of(wanted, action_of(request)),
    }
    return render(request, "tokens/verify_push.html", context)
