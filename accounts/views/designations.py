"""Who manages access at the practice: seen by all who work there, changed by its registrants."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from accounts import designation_rules, two_factor_pages
from accounts.access_forms import DesignationForm
from accounts.access_refusals import ExecutorWithoutToken
from accounts.flows.change_designation import change_designation
from epcs_portal.access import member_required
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import day
from epcs_portal.submissions.once import Done, once
from tokens.possession import possession_of

END = "end"


@sensitive_post_parameters("pin", "password", "otp")
@member_required
def designations(request: SignedInRequest) -> HttpResponse:
    """Both factors are asked for on the page that shows who is named (rules L-01)."""
    at, practice = timezone.now(), request.user.membership.practice
    people = {str(each.pk): each for each in designation_rules.people_of(practice)}
    choices = [(key, each.full_name) for key, each in people.items()]
    panel = two_factor_pages.panel_of(request, DesignationForm, at=at, people=choices)
    form: DesignationForm = panel["form"]

    def act() -> Done:
        by = possession_of(request.user, form.offered(""), purpose="")
        if by is None:
            raise ExecutorWithoutToken
        person, is_end = people[form.cleaned_data["person"]], END in request.POST
        change = partial(change_designation, person=person, designate=not is_end, at=at)
        change(registrant=request.user, by=by, knows=form.knows, secret=form.secret)
        facts: dict[str, str | int] = {"name": person.full_name, "ended": int(is_end)}
        return Done(to=reverse("designations"), note="designation-changed", facts=facts)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    named = [
        {
            "name": each.user.full_name,
            "role": each.user.role,
            "since": day(each.appointed_at),
            "by": each.appointed_by.full_name if each.appointed_by else "",
        }
        for each in designation_rules.standing_designations(practice)
    ]
    may_change = designation_rules.may_designate(request.user, at=at)
    back = {"label": "Administration", "url": reverse("administration")}
    context = {"named": named, "may_change": may_change, "practice": practice.name}
    context |= {"back": back if request.user.is_in_administration else None}
    return render(request, "accounts/designations.html", context | panel)
