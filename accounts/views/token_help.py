"""A designated individual brings back a token of somebody else: confirms it, or unlocks it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from accounts.flows.confirm_token import confirm_token
from accounts.flows.end_token_hold import end_token_hold
from accounts.forms import AssuranceForm
from accounts.fresh_sign_in import fresh_sign_in_required
from accounts.practice_tokens import token_of_another
from epcs_portal.access import designated_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from tokens.consequences import name_of

if TYPE_CHECKING:
    from tokens.models import OathToken


@designated_required
@fresh_sign_in_required
def confirm(request: SignedInRequest, kind: str, token_id: UUID) -> HttpResponse:
    token, form = _token(request, kind, token_id), AssuranceForm(request.POST or None)

    def act() -> Done:
        assurance, at = form.cleaned_data["assurance"], timezone.now()
        confirm_token(token=token, designee=request.user, assurance=assurance, at=at)
        return _done(token, "token-confirmed-of-another")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return render(request, "accounts/token_confirm.html", _context(token, form))


@designated_required
@fresh_sign_in_required
def unlock(request: SignedInRequest, kind: str, token_id: UUID) -> HttpResponse:
    token, form = _token(request, kind, token_id), AssuranceForm(request.POST or None)

    def act() -> Done:
        assurance, at = form.cleaned_data["assurance"], timezone.now()
        end_token_hold(token=token, designee=request.user, assurance=assurance, at=at)
        return _done(token, "token-unlocked-of-another")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return render(request, "accounts/token_unlock.html", _context(token, form))


def _token(request: SignedInRequest, kind: str, token_id: UUID) -> OathToken:
    token = token_of_another(request.user, kind, token_id)
    if token is None:
        raise Http404
    return token


def _done(token: OathToken, note: str) -> Done:
    facts = {"name": token.user.full_name, "token": name_of(token)}
    return Done(to=reverse("setup_edit", args=[token.user_id]), note=note, facts=facts)


def _context(token: OathToken, form: AssuranceForm) -> dict[str, object]:
    person = token.user
    url = reverse("setup_edit", args=[person.pk])
    return {
        "form": form,
        "token": token,
        "token_name": capfirst(name_of(token)),
        "name": person.full_name,
        "back": {"label": person.full_name, "url": url},
    }
