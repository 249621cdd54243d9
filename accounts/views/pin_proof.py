"""Set or reset the EPCS PIN, step 1: prove it's you, by a passcode or a push notification."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from accounts import pin_permits
from accounts.flows.prove_for_pin import prove_for_pin
from accounts.forms import PhoneOptionForm, PinProofForm
from accounts.pin_steps import code_generators, first_step, proof_page, usable
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
def prove(request: SignedInRequest) -> HttpResponse:
    """A step-up does not replace it; on the first day, the enrollment grant does."""
    at, person = timezone.now(), request.user
    if pin_permits.is_granted(person, at=at):
        return redirect("pin_new")
    tokens, registered = selectors.tokens_of(person), person.prescriber.is_registered
    if not tokens or not registered:
        context = {"registered": registered, "add_url": reverse("token_add") + ADMIN.query}
        return render(request, "accounts/pin_no_token.html", context | first_step(person))
    if "option" in request.POST:
        return _choose(request)
    is_code = request.GET.get("option") == PhoneOptionForm.CODE
    offered = code_generators(tokens, at=at) if is_code else usable(tokens, at=at) or tokens
    if not offered:
        return redirect("pin")
    form = PinProofForm(request.POST or None, tokens=offered, is_code=is_code)
    session_key = request.session.session_key or ""

    def act() -> Done:
        by = possession_of(person, form.offered(session_key), purpose=Purpose.RESET_PIN)
        if by is None:
            raise TokenNotActive
        prove_for_pin(by=by, session_key=session_key, at=at)
        return Done(to=reverse("pin_new"))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    asked = push_words.asked_by(request, Purpose.RESET_PIN, at=at)
    context = proof_page(form, tokens, asked=asked, at=at)
    context |= {"is_code": is_code, "option_form": PhoneOptionForm()}
    return render(request, "accounts/pin.html", context | first_step(person))


def _choose(request: SignedInRequest) -> HttpResponse:
    """Select Setup: send the push notification, or show the field for the code. Either comes back
    to this page."""
    at, person, form = timezone.now(), request.user, PhoneOptionForm(request.POST)

    def act() -> Done:
        if form.cleaned_data["option"] == PhoneOptionForm.CODE:
            return Done(to=f"{reverse('pin')}?option={PhoneOptionForm.CODE}")
        token = selectors.mobile_id_of(person)
        if token is None or token not in usable([token], at=at):
            raise NoPhoneToAsk
        session_key = request.session.session_key or ""
        question = Question(purpose=Purpose.RESET_PIN, session_key=session_key)
        asked = ask_phone(token=token, question=question, at=at)
        return Done(to=_page(asked.pk))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    tokens = selectors.tokens_of(person)
    shown = PinProofForm(None, tokens=usable(tokens, at=at) or tokens)
    context = proof_page(shown, tokens, asked=None, at=at)
    context |= {"form": form, "proof_form": shown, "option_form": form}
    return render(request, "accounts/pin.html", context | first_step(person))


def _page(request_id: UUID) -> str:
    return f"{reverse('pin')}?push={request_id}"
