"""What the pages of an agent's actions share: whom they are for, and how they look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render

from epcs_portal.forms import PortalForm
from epcs_portal.http import SignedInRequest
from epcs_portal.support import selectors
from epcs_portal.support.pages import person_page

if TYPE_CHECKING:
    from accounts.models import User


def prescriber_or_404(person_id: int) -> User:
    person = selectors.prescriber_by_id(person_id)
    if person is None:
        raise Http404
    return person


def action_page(
    request: SignedInRequest, form: PortalForm, person: User, said: dict[str, str]
) -> HttpResponse:
    return page_about(request, form, said, {"label": person.full_name, "url": person_page(person)})


def page_about(
    request: SignedInRequest, form: PortalForm, said: dict[str, str], back: dict[str, str]
) -> HttpResponse:
    return render(request, "support/action.html", {"form": form, "back": back, **said})
