"""Who manages access at the practice: seen by all who work there, changed by its registrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from accounts import designation_rules, two_factor_pages
from accounts.access_forms import DesignationForm
from accounts.access_refusals import ExecutorWithoutToken
from accounts.flows.end_designation import end_designation
from accounts.flows.name_designee import name_designee
from epcs_portal.access import member_required
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import day
from epcs_portal.submissions.once import Done, once
from tokens.possession import possession_of

if TYPE_CHECKING:
    from accounts.models import Practice

END = "end"


@sensitive_post_parameters("pin", "password", "otp")
@member_required
def designations(request: SignedInRequest) -> HttpResponse:
    """Both factors are asked for on the page that shows who is named (rules L-01)."""
    at, practice = timezone.now(), request.user.membership.practice
    people = {str(each.pk): each for each in designation_rules.people_offered(practice)}
    choices = [(key, each.full_name) for key, each in people.items()]
    panel = two_factor_pages.panel_of(request, DesignationForm, at=at, people=choices)
    form: DesignationForm = panel["form"]

    def act() -> Done:
        by = possession_of(request.user, form.offered(""), purpose="")
        if by is None:
            raise ExecutorWithoutToken
        person, is_end = people[form.cleaned_data["person"]], END in request.POST
        change = end_designation if is_end else name_designee
        change(
            person=person,
            registrant=request.user,
            by=by,
            knows=form.knows,
            secret=form.secret,
            at=at,
        )
        facts: dict[str, str | int] = {"name": person.full_name, "ended": int(is_end)}
        return Done(to=reverse("designations"), note="designation-changed", facts=facts)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    may_change = designation_rules.may_designate(request.user, at=at)
    back = {"label": "Administration", "url": reverse("administration")}
    context = {"named": _named(practice), "may_change": may_change, "practice": practice.name}
    context |= {"back": back if request.user.is_in_administration else None}
    return render(request, "accounts/designations.html", context | panel)


def _named(practice: Practice) -> list[dict[str, str]]:
    return [
        {
            "name": each.user.full_name,
            "role": each.user.role,
            "since": day(each.appointed_at),
            "by": each.appointed_by.full_name if each.appointed_by else "",
        }
        for each in designation_rules.designations_of(practice)
    ]
