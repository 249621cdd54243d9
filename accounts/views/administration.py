"""The practice page, EPCS Setup, and one prescriber there. Of another practice nothing is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access_forms import EmptyForm
from accounts.administration_forms import SearchForm, SigningFactorForm
from accounts.flows.choose_signing_factor import choose_signing_factor
from accounts.flows.note_opening import note_opening
from accounts.flows.reset_password import reset_password
from accounts.fresh_sign_in import fresh_sign_in_required
from accounts.people_search import prescribers_named
from accounts.practice_overview import overview_of
from accounts.practice_standings import placed, prescribers_of
from accounts.prescriber_page import page_of
from accounts.setup_rows import rows_of
from accounts.standing import Kind
from epcs_portal.access import administration_required
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import month_day_and_time
from epcs_portal.submissions.once import Done, once

if TYPE_CHECKING:
    from accounts.practice_standings import Placed

A_PAGE = 25  # prescribers
ONLY_ERX = "Only an eRx administrator of your practice can change this."


@administration_required
def administration(request: SignedInRequest) -> HttpResponse:
    """The practice, and for eRx administrators what signing asks for first."""
    if request.method == "POST":
        return _choose_factor(request)
    practice = request.user.membership.practice
    return _overview(request, SigningFactorForm(initial={"signs_with": practice.signs_with}))


@fresh_sign_in_required
def _choose_factor(request: SignedInRequest) -> HttpResponse:
    person, form = request.user, SigningFactorForm(request.POST)

    def act() -> Done:
        chosen = form.cleaned_data["signs_with"]
        choose_signing_factor(administrator=person, signs_with=chosen, at=timezone.now())
        facts = {"first": chosen.label}
        return Done(to=reverse("administration"), note="signing-factor-chosen", facts=facts)

    if not person.is_erx_administrator:
        raise PermissionDenied(ONLY_ERX)
    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return _overview(request, form)


def _overview(request: SignedInRequest, form: SigningFactorForm) -> HttpResponse:
    context = overview_of(request.user, at=timezone.now()) | {"form": form}
    return render(request, "accounts/administration.html", context)


@administration_required
@require_safe
def setup_search(request: SignedInRequest) -> HttpResponse:
    """The prescribers of the practice: all, or those with a name that begins as typed."""
    typed = request.GET.get("q", "").strip()
    form = SearchForm(request.GET if typed else None)
    found = prescribers_of(request.user.membership.practice)
    if typed:
        found = (
            prescribers_named(found, form.cleaned_data["q"]) if form.is_valid() else found.none()
        )
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "typed": typed,
        "practice": request.user.practice,
        "rows": rows_of(page, at=timezone.now()),
        "page": page,
        "links": _links(page, typed),
    }
    return render(request, "accounts/setup_search.html", context)


@administration_required
@fresh_sign_in_required
def setup_edit(request: SignedInRequest, person_id: int) -> HttpResponse:
    """One prescriber. The button resets their EPCS password; all else is read here."""
    at, one = timezone.now(), _placed(request, person_id)
    person, form = one.standing.person, EmptyForm(request.POST or None)

    def act() -> Done:
        reset = reset_password(user=person, administrator=request.user, at=timezone.now())
        facts: dict[str, str | int] = {
            "name": person.get_full_name(),
            "until": month_day_and_time(reset.expires_at),
            "was_set": int(Kind.PASSWORD in one.standing.knowledge),
        }
        return Done(to=request.path, note="password-reset-of-another", facts=facts)

    if request.method == "POST" and not request.user.is_erx_administrator:
        raise PermissionDenied(ONLY_ERX)
    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    note_opening(person=person, administrator=request.user, at=at)
    context = page_of(_placed(request, person_id), viewer=request.user, at=at) | {"form": form}
    return render(request, "accounts/setup_edit.html", context)


def _placed(request: SignedInRequest, person_id: int) -> Placed:
    mine = prescribers_of(request.user.membership.practice)
    found = placed(mine.filter(user__pk=person_id), at=timezone.now())
    if not found:
        raise Http404
    return found[0]


def _links(page: Page[Any], typed: str) -> dict[str, str]:
    def link(number: int) -> str:
        query = {"q": typed} if typed else {}
        return f"{reverse('setup_search')}?{urlencode({**query, 'page': number})}"

    return {
        "newer": link(page.number - 1) if page.has_previous() else "",
        "older": link(page.number + 1) if page.has_next() else "",
    }
