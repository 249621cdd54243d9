"""Add, resync and test a hardware token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from tokens import selectors, step_up
from tokens.doors import door_of
from tokens.flows.enroll_hard_token import enroll_hard_token
from tokens.flows.refuse_foreign_device import refuse_foreign_device
from tokens.flows.resynchronize_hard_token import resynchronize_hard_token
from tokens.flows.try_token import try_token
from tokens.forms import EnrollmentForm, OtpForm, PairForm
from tokens.hard_token_card import hard_token_trouble
from tokens.health import health_of
from tokens.step_up_matrix import Action

if TYPE_CHECKING:
    from tokens.models import HardToken


@sensitive_post_parameters("otp", "otp1", "otp2")
@prescriber_required
def add(request: SignedInRequest) -> HttpResponse:
    door, at = door_of(request), timezone.now()
    spare = selectors.reservation_of(request.user)
    known = {"serial": spare.serial} if spare and spare.sent_at else None
    form = EnrollmentForm(request.POST or None, initial=known)
    context = {"form": form, **door.context(door.add_label)}
    current = selectors.hard_token_of(request.user)
    if current is not None and request.method != "POST":
        return render(request, "tokens/already_has_one.html", {**context, "token": current})
    authority = step_up.authority_of(request, Action.ADD_HARD_TOKEN, at=at)

    def act() -> Done:
        token = enroll_hard_token(
            user=request.user,
            serial=form.cleaned_data["serial"],
            first=form.cleaned_data["otp1"],
            second=form.cleaned_data["otp2"],
            authority=authority,
            at=at,
        )
        return Done(to=door.url, note="token-added", facts={"serial": token.serial})

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return render(request, "tokens/add.html", context)


@sensitive_post_parameters("otp", "otp1", "otp2")
@prescriber_required
def resync(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    door = door_of(request)
    token = _own_token(request, token_id)
    form = PairForm(request.POST or None)

    def act() -> Done:
        resynchronize_hard_token(
            token=token,
            first=form.cleaned_data["otp1"],
            second=form.cleaned_data["otp2"],
            at=timezone.now(),
        )
        return Done(to=door.url, note="token-resynced", facts={"serial": token.serial})

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    trouble = None if form.is_bound else hard_token_trouble(token, at=timezone.now())
    context = {"form": form, "token": token, "trouble": trouble}
    return render(request, "tokens/resync.html", context | door.context(door.resync_label))


@sensitive_post_parameters("otp", "otp1", "otp2")
@prescriber_required
def test(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    door, at = door_of(request), timezone.now()
    token = _own_token(request, token_id)
    form = OtpForm(request.POST or None)

    def act() -> Done:
        skipped = try_token(token=token, otp=form.cleaned_data["otp"], at=at)
        return Done(
            to=request.path + door.query,  # without the ?done= of the test before
            note="token-tested",
            facts={"serial": token.serial, "skipped": skipped},
        )

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = {
        "form": form,
        "token": token,
        "health": health_of(token, at=at),
        "resync_url": reverse("token_resync", args=[token.pk]) + door.query,
        # What was typed is answered by the form itself.
        "trouble": None if form.is_bound else hard_token_trouble(token, at=at),
        **door.context("Test token"),
    }
    return render(request, "tokens/test.html", context)


def _own_token(request: SignedInRequest, token_id: UUID) -> HardToken:
    token = selectors.hard_token_by_id(request.user, token_id)
    if token is None:
        refuse_foreign_device(person=request.user, device_id=token_id, at=timezone.now())
        raise Http404
    return token
