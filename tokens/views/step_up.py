"""Verify it's you: choose a method, and answer it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from epcs_portal.access import token_holder_required
from epcs_portal.forms import PortalForm
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from tokens import approvals, methods, selectors, step_up
from tokens.approvals import Question
from tokens.doors import door_to
from tokens.flows.ask_phone import ask_phone
from tokens.flows.send_code import send_code
from tokens.forms import OtpForm
from tokens.hard_token_card import hard_token_trouble
from tokens.methods import Method
from tokens.out_of_band import Purpose
from tokens.step_up_matrix import Action
from tokens.views.proving import action_of, by_password, context_of, page_of, wanted_page

NOTHING_HELD = "This page takes a hardware token of your own. An operator gives you one."


@token_holder_required
def verify(request: SignedInRequest) -> HttpResponse:
    """Choose a method. A phone is sent its code when it was chosen, never by opening a page."""
    at, wanted, action = timezone.now(), wanted_page(request), action_of(request)
    if step_up.opens(step_up.current(request, at=at), action, at=at):
        return redirect(wanted)
    choices = methods.methods_of(request.user, action, at=at)
    if not choices:
        return _with_nothing_to_verify_with(request, wanted)
    form = PortalForm(request.POST or None)
    chosen = next((each for each in choices if each.value == request.POST.get("method")), None)

    def act() -> Done:
        assert chosen is not None  # noqa: S101  (or it was not called)
        return _begin(request, chosen, wanted)

    if chosen is not None and chosen.available and (answer := once(request, form, act)):
        return answer
    if form.is_bound and (chosen is None or not chosen.available):
        form.add_error(None, "Choose a method that can be used now.")
    best = methods.preselected(request.user, choices)
    way_out = next((each.way_out for each in choices if each.way_out), None)
    context = {"form": form, "methods": choices, "best": best, "way_out": way_out}
    return render(request, "tokens/verify_method.html", context | context_of(wanted, action))


@sensitive_post_parameters("otp")
@token_holder_required
def verify_token(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    token = selectors.hard_token_of(request.user)
    is_closed = token is None or hard_token_trouble(token, at=at) is not None
    if token is None or (is_closed and request.method != "POST"):
        return redirect(page_of(request, "verify"))
    return by_password(request, token, OtpForm(request.POST or None), "tokens/verify_token.html")


def _begin(request: SignedInRequest, chosen: Method, wanted: str) -> Done:
    if chosen.kind in {"token", "mobile"}:
        return Done(to=page_of(request, f"verify_{chosen.kind}"))
    if chosen.kind == "push":
        return _ask_phone(request)
    phone = selectors.phone_by_id(request.user, chosen.phone_id) if chosen.phone_id else None
    if phone is None:
        raise Http404
    purpose, at = Purpose.STEP_UP, timezone.now()
    send_code(phone=phone, purpose=purpose, channel=chosen.kind, is_resend=False, at=at)
    return Done(to=page_of(request, f"verify_{chosen.kind}", phone=str(phone.pk)))


def _ask_phone(request: SignedInRequest) -> Done:
    token = selectors.mobile_id_of(request.user)
    if token is None:
        raise Http404
    session_key = request.session.session_key or ""
    question = Question(purpose=approvals.Purpose.STEP_UP, session_key=session_key)
    asked = ask_phone(token=token, question=question, at=timezone.now())
    return Done(to=page_of(request, "verify_push", push=str(asked.pk)))


def _with_nothing_to_verify_with(request: SignedInRequest, wanted: str) -> HttpResponse:
    if not request.user.is_prescriber:
        raise PermissionDenied(NOTHING_HELD)
    if action_of(request) is Action.SHIP_ELSEWHERE:  # which no grant stands for
        back = door_to(wanted).back
        return render(request, "tokens/nothing_to_verify.html", {"back": back})
    if selectors.open_grant_of(request.user, at=timezone.now()) is not None:
        return redirect(wanted)
    is_registered = request.user.prescriber.is_registered
    is_phone = action_of(request) is Action.ADD_PHONE
    thing = "phone" if is_phone else "token"
    context = {"registered": is_registered, "thing": thing, "back": door_to(wanted).back}
    return render(request, "tokens/no_authority.html", context)
