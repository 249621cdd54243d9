"""Renewing a DEA registration of another prescriber at the practice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.administration_forms import RenewForm
from accounts.dea_registrations import is_expired, registration_of_another
from accounts.flows.renew_dea_registration import renew_dea_registration
from accounts.fresh_sign_in import fresh_sign_in_required
from epcs_portal.access import administration_required
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import date_words
from epcs_portal.submissions.once import Done, once

if TYPE_CHECKING:
    from accounts.models import DeaRegistration
    from epcs_portal.forms import PortalForm


@administration_required
@fresh_sign_in_required
def renew(request: SignedInRequest, registration_id: int) -> HttpResponse:
    found = _registration(request, registration_id)
    form, is_late = RenewForm(request.POST or None, registration=found), is_expired(found)

    def act() -> Done:
        by, at = request.user, timezone.now()
        renew_dea_registration(registration=found, renewal=form.renewal, by=by, at=at)
        until = date_words(form.cleaned_data["expires_on"])
        facts: dict[str, str | int] = {"number": str(found), "until": until, "late": int(is_late)}
        return Done(to=_page_of(found), note="registration-renewed", facts=facts)

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return render(request, "accounts/registration_renew.html", _context(found, form))


def _registration(request: SignedInRequest, registration_id: int) -> DeaRegistration:
    found = registration_of_another(request.user, registration_id)
    if found is None:
        raise Http404
    return found


def _page_of(registration: DeaRegistration) -> str:
    return reverse("setup_edit", args=[registration.prescriber.user_id])


def _context(registration: DeaRegistration, form: PortalForm) -> dict[str, Any]:
    name = registration.prescriber.user.full_name
    return {
        "form": form,
        "registration": registration,
        "is_late": is_expired(registration),
        "expires": date_words(registration.expires_on),
        "name": name,
        "back": {"label": name, "url": _page_of(registration)},
    }
