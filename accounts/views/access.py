"""Access to sign: entering a change, and the page on which a second person approves it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import access_changes, access_pages, two_factor_pages
from accounts.access_forms import ApproveForm, EmptyForm, GrantForm, RevokeForm
from accounts.access_refusals import ExecutorWithoutToken
from accounts.flows.enter_access_change import enter_access_change
from accounts.flows.execute_access_change import execute_access_change
from accounts.flows.refuse_access_change import refuse_access_change
from accounts.flows.reject_access_change import reject_access_change
from accounts.fresh_sign_in import fresh_sign_in_required
from accounts.selectors import prescriber_at
from epcs_portal.access import administration_required, designated_required
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from tokens.possession import possession_of

if TYPE_CHECKING:
    from accounts.models import AccessChange

A_PAGE = 25


@administration_required
@require_safe
def access_list(request: SignedInRequest) -> HttpResponse:
    """What waits for a second person, and what was decided."""
    at, practice = timezone.now(), request.user.membership.practice
    decided = Paginator(access_changes.decided_of(practice, at=at), A_PAGE)
    page = decided.get_page(request.GET.get("page"))
    context = {
        "pending": [
            access_pages.row_of(each, at=at) for each in access_changes.pending_of(practice, at=at)
        ],
        "decided": [access_pages.row_of(each, at=at) for each in page],
        "page": page,
        "links": {
            "newer": f"?page={page.previous_page_number()}" if page.has_previous() else "",
            "older": f"?page={page.next_page_number()}" if page.has_next() else "",
        },
    }
    return render(request, "accounts/access_list.html", context)


@designated_required
@fresh_sign_in_required
def grant(request: SignedInRequest, person_id: int) -> HttpResponse:
    return _enter(request, person_id, GrantForm(request.POST or None), "accounts/access_grant.html")


@designated_required
@fresh_sign_in_required
def revoke(request: SignedInRequest, person_id: int) -> HttpResponse:
    form = RevokeForm(request.POST or None)
    return _enter(request, person_id, form, "accounts/access_revoke.html")


@sensitive_post_parameters("pin", "password", "otp")
@administration_required
def approve(request: SignedInRequest, change_id: UUID) -> HttpResponse:
    """The change in full, and both factors on the same page (21 CFR 1311.125(c))."""
    at, change = timezone.now(), _change(request, change_id)
    panel = two_factor_pages.panel_of(request, ApproveForm, at=at)
    form: ApproveForm = panel["form"]

    def act() -> Done:
        by = possession_of(request.user, form.offered(""), purpose="")
        if by is None:
            raise ExecutorWithoutToken
        execute_access_change(
            change=change,
            executor=request.user,
            digest=form.cleaned_data["digest"],
            by=by,
            knows=form.knows,
            secret=form.secret,
            at=at,
        )
        facts = {"name": change.prescriber.user.full_name, "kind": str(change.kind)}
        return Done(to=reverse("access_list"), note="access-decided", facts=facts)

    # Apart from ``once`` and the form: neither lets what was made by hand reach the flow.
    is_barred = request.method == "POST" and refuse_access_change(
        change=change, person=request.user, at=at
    )
    if not is_barred and form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = access_pages.page_of(change, request.user, at=at) | panel
    return render(request, "accounts/access_approve.html", context)


@designated_required
@fresh_sign_in_required
def reject(request: SignedInRequest, change_id: UUID) -> HttpResponse:
    at, change, form = timezone.now(), _change(request, change_id), EmptyForm(request.POST or None)

    def act() -> Done:
        reject_access_change(change=change, designee=request.user, at=at)
        facts = {"name": change.prescriber.user.full_name, "kind": "rejected"}
        facts |= {"of": str(change.kind)}
        return Done(to=reverse("access_list"), note="access-decided", facts=facts)

    if request.method == "POST" and form.is_valid() and (answer := once(request, form, act)):
        return answer
    context = access_pages.page_of(change, request.user, at=at) | {"form": form}
    return render(request, "accounts/access_reject.html", context)


def _enter(
    request: SignedInRequest, person_id: int, form: GrantForm | RevokeForm, template: str
) -> HttpResponse:
    prescriber, at = prescriber_at(request.user.membership.practice, person_id), timezone.now()
    if prescriber is None:
        raise Http404

    def act() -> Done:
        change = enter_access_change(
            prescriber=prescriber, entry=form.entry, designee=request.user, at=at
        )
        facts = {"name": prescriber.user.full_name, "kind": str(change.kind)}
        to = reverse("access_approve", args=[change.uuid])
        return Done(to=to, note="access-entered", facts=facts)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return render(request, template, _entering(form, prescriber, at=at))


def _entering(form: Any, prescriber: Any, *, at: datetime) -> dict[str, Any]:
    return {
        "form": form,
        "name": prescriber.user.full_name,
        "registrations": access_pages.registrations_of(prescriber, at=at),
        "back": access_pages.back_to_prescriber(prescriber.user),
    }


def _change(request: SignedInRequest, change_id: UUID) -> AccessChange:
    change = access_changes.change_by_id(request.user, change_id)
    if change is None:
        raise Http404
    return change
