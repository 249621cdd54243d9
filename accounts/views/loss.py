"""Report lost or stolen: signing stops with this request, and nothing is asked but the sign-in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import losses
from accounts.flows.report_compromise import report_compromise
from accounts.loss_forms import ReportForm
from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import clock_time
from epcs_portal.submissions.once import Done, once
from tokens import lost, step_up
from tokens.doors import door_of
from tokens.step_up import StepUpRequired
from tokens.step_up_matrix import Action


@prescriber_required
def report(request: SignedInRequest) -> HttpResponse:
    """No step-up: who lost everything has nothing left to verify with (SP 800-63B 4.3)."""
    at, person, door = timezone.now(), request.user, door_of(request)
    things = list(lost.reportable(person))
    choices = [(value, label) for value, label, _factor in things]
    form = ReportForm(request.POST or None, choices=choices, at=at, initial=_initial(request))

    def act() -> Done:
        what = form.cleaned_data["what"]
        factor = next((each for value, _label, each in things if value == what), None)
        is_asked = what == request.GET.get("what")  # what one came to remove, and nothing else
        loss = losses.loss_of(form.cleaned_data, factor, removes=is_asked and _may_remove(request))
        kept = report_compromise(user=person, loss=loss, at=at)
        request.session.pop(lost.DETAIL, None)
        return Done(to=reverse("report_done", args=[kept.pk]))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = {"form": form, "removes": _may_remove(request), "back": door.back}
    return render(request, "accounts/report_lost.html", context)


@prescriber_required
def done(request: SignedInRequest, report_id: UUID) -> HttpResponse:
    """What was recorded, who is told, and the way back."""
    context = losses.result_of(request.user, report_id, at=timezone.now())
    if context is None:
        raise Http404
    return render(request, "accounts/report_done.html", context)


def _initial(request: SignedInRequest) -> dict[str, Any]:
    """What was answered on the page before, and now: the day may be changed."""
    now = timezone.now()
    return {
        "what": request.GET.get("what", ""),
        "happened": request.GET.get("happened", ""),
        "date": timezone.localdate(now),
        "time": clock_time(now),
        "details": request.session.get(lost.DETAIL, "") if "remove" in request.GET else "",
    }


def _may_remove(request: SignedInRequest) -> bool:
    """Whether the person came from a removal, and may remove: else it is only suspended."""
    if "remove" not in request.GET:
        return False
    try:
        is_phone = request.GET.get("what", "").startswith("backup-phone")
        action = Action.REMOVE_PHONE if is_phone else Action.REMOVE_TOKEN
        step_up.authority_of(request, action, at=timezone.now())
    except StepUpRequired:
        return False
    return True
