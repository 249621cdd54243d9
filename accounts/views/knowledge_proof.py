"""Before a new EPCS PIN or EPCS password: prove it's you, by a passcode or a push notification."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from accounts import knowledge_permits
from accounts.flows.prove_for_knowledge import prove_for_knowledge
from accounts.forms import KnowledgeProofForm, PhoneOptionForm
from accounts.knowledge_steps import (
    PASSWORD,
    PIN,
    Steps,
    code_generators,
    first_step,
    proof_page,
    usable,
)
from accounts.password_words import closed
from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from tokens import push_words, selectors
from tokens.approvals import Purpose, Question
from tokens.doors import ADMIN
from tokens.flows.ask_phone import ask_phone
from tokens.possession import possession_of
from tokens.push_refusals import NoPhoneToAsk
from tokens.refusals import TokenNotActive


@sensitive_post_parameters("otp")
@prescriber_required
def prove_for_pin(request: SignedInRequest) -> HttpResponse:
    """A step-up does not replace it; on the first day, the enrollment grant does."""
    return _prove(request, PIN)


@sensitive_post_parameters("otp")
@prescriber_required
def prove_for_password(request: SignedInRequest) -> HttpResponse:
    """Only while a reset is open, or on the first day."""
    at, person = timezone.now(), request.user
    is_open = knowledge_permits.may_prove(person, kind=PASSWORD.kind, at=at)
    is_granted = knowledge_permits.is_granted(person, at=at)
    if not is_open and not is_granted and person.prescriber.is_registered:
        context = closed(person, at=at) | first_step(PASSWORD, person)
        return render(request, "accounts/password_closed.html", context | {"steps": None})
    return _prove(request, PASSWORD)


def _prove(request: SignedInRequest, steps: Steps) -> HttpResponse:
    at, person = timezone.now(), request.user
    if knowledge_permits.is_granted(person, at=at):
        return redirect(steps.choose)
    tokens, registered = selectors.tokens_of(person), person.prescriber.is_registered
    if not tokens or not registered:
        context = {"registered": registered, "add_url": reverse("token_add") + ADMIN.query}
        return render(request, "accounts/pin_no_token.html", context | first_step(steps, person))
    if "option" in request.POST:
        return _choose(request, steps)
    is_code = request.GET.get("option") == PhoneOptionForm.CODE
    offered = code_generators(tokens, at=at) if is_code else usable(tokens, at=at) or tokens
    if not offered:
        return redirect(steps.prove)
    form = KnowledgeProofForm(request.POST or None, tokens=offered, is_code=is_code)
    session_key = request.session.session_key or ""
    asks = {"purpose": Purpose.RESET_PIN, "covers": steps.covers}

    def act() -> Done:
        by = possession_of(person, form.offered(session_key), **asks)
        if by is None:
            raise TokenNotActive
        prove_for_knowledge(by=by, kind=steps.kind, session_key=session_key, at=at)
        return Done(to=reverse(steps.choose))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    asked = push_words.asked_by(request, **asks, at=at)
    context = proof_page(form, tokens, asked=asked, at=at)
    context |= {"is_code": is_code, "option_form": PhoneOptionForm()}
    return render(request, "accounts/pin.html", context | first_step(steps, person))


def _choose(request: SignedInRequest, steps: Steps) -> HttpResponse:
    """Select Setup: send the push notification, or show the field for the code. Either comes back
    to this page."""
    at, person, form = timezone.now(), request.user, PhoneOptionForm(request.POST)

    def act() -> Done:
        if form.cleaned_data["option"] == PhoneOptionForm.CODE:
            return Done(to=f"{reverse(steps.prove)}?option={PhoneOptionForm.CODE}")
        token = selectors.mobile_id_of(person)
        if token is None or token not in usable([token], at=at):
            raise NoPhoneToAsk
        question = Question(
            purpose=Purpose.RESET_PIN,
            session_key=request.session.session_key or "",
            title=steps.title,
            covers=steps.covers,
        )
        return Done(to=_page(steps, ask_phone(token=token, question=question, at=at).pk))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    tokens = selectors.tokens_of(person)
    shown = KnowledgeProofForm(None, tokens=usable(tokens, at=at) or tokens)
    context = proof_page(shown, tokens, asked=None, at=at)
    context |= {"form": form, "proof_form": shown, "option_form": form}
    return render(request, "accounts/pin.html", context | first_step(steps, person))


def _page(steps: Steps, request_id: UUID) -> str:
    return f"{reverse(steps.prove)}?push={request_id}"
