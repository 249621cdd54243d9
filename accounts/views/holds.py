"""This wasn't me: the page behind the link of a notice, and the page that lifts a hold.

The link opens for anybody who has it, and its page does nothing until its button is pressed. That
form carries no form key: nobody is signed in, and pressing twice does no more than once.
"""

from __future__ import annotations

from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import holds, two_factor_pages
from accounts.flows.lift_hold import lift_hold
from accounts.flows.lift_hold_of_another import lift_hold_of_another
from accounts.flows.place_hold import place_hold
from accounts.forms import AssuranceForm, TwoFactorForm
from accounts.fresh_sign_in import fresh_sign_in_required
from epcs_portal.access import Who, designated_required, open_to, prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import day_and_time, day_and_time_with_seconds
from epcs_portal.submissions.once import Done, once
from tokens.notices import notice_by_link
from tokens.possession import possession_of
from tokens.refusals import TokenNotActive


@open_to(Who.ANYBODY)
@require_http_methods(["GET", "POST"])
def not_me(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    at = timezone.now()
    notice = notice_by_link(notice_id, request.GET.get("k", ""), at=at)
    if notice is None:
        return render(request, "accounts/not_me_over.html", status=404)
    if request.method == "POST":
        place_hold(notice=notice, at=at)
        return redirect(request.get_full_path())
    with timezone.override(ZoneInfo(notice.user.time_zone)):
        when = day_and_time_with_seconds(notice.changed_at)
    what, is_placed = notice.get_change_display(), holds.is_placed(notice)
    context = {"what": what, "subject": notice.subject, "when": when, "is_placed": is_placed}
    return render(request, "accounts/not_me.html", context)


@designated_required
@fresh_sign_in_required
def lift_of_another(request: SignedInRequest, hold_id: UUID) -> HttpResponse:
    """A designated individual lifts the hold of somebody else at the practice."""
    found = holds.hold_by_id(request.user, hold_id)
    if found is None:
        raise Http404
    form = AssuranceForm(request.POST or None)

    def act() -> Done:
        assurance, at = form.cleaned_data["assurance"], timezone.now()
        lift_hold_of_another(hold=found, designee=request.user, assurance=assurance, at=at)
        name = found.user.full_name
        return Done(
            to=reverse("administration"), note="hold-lifted-of-another", facts={"name": name}
        )

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = {
        "form": form,
        "name": found.user.full_name,
        "change": found.notice.get_change_display(),
        "placed": day_and_time(found.placed_at, timezone.now()),
        "back": {"label": "Administration", "url": reverse("administration")},
    }
    return render(request, "accounts/hold_of_another.html", context)


@sensitive_post_parameters("pin", "password", "otp")
@prescriber_required
def hold(request: SignedInRequest) -> HttpResponse:
    """Lift the hold with a PIN and a token that are older than the change."""
    at, person = timezone.now(), request.user
    stands = holds.standing_holds(person)
    if not stands and request.method != "POST":
        return redirect("settings_epcs")
    # Of two tokens those count that are older than the change.
    counts = partial(holds.may_lift, person)
    panel = two_factor_pages.panel_of(request, TwoFactorForm, at=at, counts=counts)
    form: TwoFactorForm = panel["form"]

    def act() -> Done:
        by = possession_of(person, form.offered(""), purpose="")
        if by is None:
            raise TokenNotActive
        lift_hold(user=person, by=by, knows=form.knows, secret=form.secret, at=at)
        return Done(to=reverse("settings_epcs"), note="hold-lifted")

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = {
        "changes": [each.notice.get_change_display() for each in stands],
        "back": {"label": "EPCS settings", "url": reverse("settings_epcs")},
    }
    return render(request, "accounts/hold.html", context | panel)
