"""Mobile ID on the computer: add it, wait for the phone, verify with a code, check, remove."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from tokens import selectors, setup_pages, step_up
from tokens.doors import door_of
from tokens.flows.ask_again_for_mobile_id import ask_again_for_mobile_id
from tokens.flows.confirm_mobile_id import confirm_mobile_id
from tokens.flows.refuse_foreign_device import refuse_foreign_device
from tokens.flows.start_mobile_id import start_mobile_id
from tokens.flows.try_token import try_token
from tokens.forms import MobileCodeForm
from tokens.mobile_forms import MobileIdForm, WaitForms
from tokens.mobile_notes import mobile_id_note
from tokens.push_refusals import NotAnsweredYet
from tokens.step_up_matrix import Action

ADDED = "mobile-id-added"


@sensitive_post_parameters("phone", "email")
@prescriber_required
def add(request: SignedInRequest) -> HttpResponse:
    door, at = door_of(request), timezone.now()
    current = selectors.mobile_id_of(request.user)
    form = MobileIdForm(request.POST or None)
    context = {"form": form, **door.context("Next")}
    if current is not None and "replace" not in request.GET:
        return render(request, "tokens/has_mobile_id.html", context | {"token": current})
    authority = step_up.authority_of(request, Action.ADD_MOBILE_ID, at=at)

    def act() -> Done:
        number, email = form.cleaned_data["phone"], form.cleaned_data["email"]
        setup = start_mobile_id(
            user=request.user, number=number, email=email, authority=authority, at=at
        )
        return Done(to=reverse("mobile_approve", args=[setup.pk]) + door.query)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return render(request, "tokens/mobile_add.html", context)


@prescriber_required
def approve(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """Wait for the phone. Seeds are shown to the session that began, and only while it is open."""
    door, at = door_of(request), timezone.now()
    setup = setup_pages.setup_of(request, setup_id)
    if setup is None or (setup_pages.is_proven(setup) and request.method != "POST"):
        return redirect(door.url if setup else reverse("mobile_add") + door.query)
    forms, session_key = WaitForms(request.POST), request.session.session_key or ""

    def check() -> Done:
        if not setup_pages.is_proven(setup):
            raise NotAnsweredYet
        return Done(to=door.url, note=ADDED)

    def resend() -> Done:
        ask_again_for_mobile_id(setup=setup, session_key=session_key, at=at)
        return Done(to=request.path + door.query, note="request-sent")

    if forms.sent.is_valid() and (
        answer := once(request, forms.sent, resend if forms.is_resend else check)
    ):
        return answer
    context = {"form": forms.sent, **setup_pages.waiting(setup, at=at), **door.context("Next")}
    return render(request, "tokens/mobile_approve.html", context)


@prescriber_required
@require_safe
def approve_status(request: SignedInRequest, setup_id: UUID) -> JsonResponse:
    setup = setup_pages.setup_of(request, setup_id)
    if setup is None:
        raise Http404
    return JsonResponse(setup_pages.progress_of(setup, at=timezone.now()))


@sensitive_post_parameters("otp")
@prescriber_required
def code(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    door, at = door_of(request), timezone.now()
    setup = setup_pages.setup_of(request, setup_id)
    if setup is None or (setup_pages.is_over(setup, at=at) and request.method != "POST"):
        return redirect(reverse("mobile_add") + door.query if setup is None else door.url)
    form = MobileCodeForm(request.POST or None)

    def act() -> Done:
        otp = form.cleaned_data["otp"]
        confirm_mobile_id(setup=setup, code=otp, at=at)
        return Done(to=door.url, note=ADDED)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context: dict[str, Any] = {"form": form, "number": setup_pages.number_of(setup)}
    context |= {"wait_url": reverse("mobile_approve", args=[setup.pk]) + door.query}
    return render(request, "tokens/mobile_code.html", context | door.context("Next"))


@sensitive_post_parameters("otp")
@prescriber_required
def test(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    """Check a code: it is spent, signs nothing, and tells whether the phone's clock is right."""
    door, at = door_of(request), timezone.now()
    token = selectors.mobile_id_of(request.user)
    if token is None or token.pk != token_id:
        refuse_foreign_device(person=request.user, device_id=token_id, at=at)
        raise Http404
    form = MobileCodeForm(request.POST or None)

    def act() -> Done:
        try_token(token=token, otp=form.cleaned_data["otp"], at=at)
        return Done(to=request.path + door.query, note="mobile-code-right")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    trouble = None if form.is_bound else mobile_id_note(token, at=at)
    context = {"form": form, "token": token, "trouble": trouble, **door.context("Check code")}
    return render(request, "tokens/mobile_test.html", context)
