"""Two pages with a form, to be sent more than once. They stand beside the portal's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from epcs_portal.forms import PortalForm
from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from epcs_portal.urls import handler403
from epcs_portal.urls import urlpatterns as portal

__all__ = ["Workshop", "handler403", "urlpatterns", "workshop"]

PAGE = """{% load submissions %}
<form method="post">{% csrf_token %}{% form_key %}{{ form.as_p }}</form>
{% if done %}Done: {{ done.template }} {{ done.facts.serial }}{% endif %}"""


class SerialForm(PortalForm):
    serial = forms.CharField()


class Workshop:
    """What the form sets going, and how often it did."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.runs: list[str] = []
        self.act: Callable[[], Done] = lambda: Done(
            to="/result/", note="token-added", facts={"serial": "GALH12345678"}
        )


workshop = Workshop()


def form_page(request: SignedInRequest) -> HttpResponse:
    form = SerialForm(request.POST or None)

    def act() -> Done:
        workshop.runs.append(form.cleaned_data["serial"])
        return workshop.act()

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return _render(request, {"form": form})


def result_page(request: HttpRequest) -> HttpResponse:
    return _render(request, {"form": SerialForm()})


def _render(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [
    path("form/", form_page),
    path("other-form/", form_page),
    path("open-form/", login_not_required(form_page)),
    path("result/", result_page),
    *portal,
]
