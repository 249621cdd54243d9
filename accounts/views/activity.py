"""My Settings, Activity: a person's own trail, to read and to take away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.activity_csv import csv_lines
from accounts.activity_forms import ActivityForm
from accounts.flows.export_activity import export_activity
from epcs_portal.access import signed_in_required
from epcs_portal.audit.selectors import activity_of, events_about, no_events
from epcs_portal.http import SignedInRequest
from epcs_portal.local_time import clock_time_with_seconds, day

A_PAGE, AT_A_TIME = 25, 500  # events


@signed_in_required
@require_safe
def activity(request: SignedInRequest) -> HttpResponse:
    form = ActivityForm(request.GET)
    events = events_about(request.user, **form.wanted()) if form.is_valid() else no_events()
    page = Paginator(events, A_PAGE).get_page(request.GET.get("page"))
    chosen = form.chosen()
    context = {
        "form": form,
        "page": page,
        "rows": _rows(request, page),
        "chosen": chosen,
        "export_url": f"{reverse('activity_export')}?{urlencode(chosen)}",
        "links": {
            "newer": _link(chosen, page.number - 1) if page.has_previous() else "",
            "older": _link(chosen, page.number + 1) if page.has_next() else "",
        },
        "time_zone": timezone.get_current_timezone_name(),
    }
    return render(request, "accounts/activity.html", context)


@signed_in_required
@require_GET
def export(request: SignedInRequest) -> HttpResponseBase:
    form, at = ActivityForm(request.GET), timezone.now()
    if not form.is_valid():  # the page says what is wrong
        return redirect(f"{reverse('activity')}?{urlencode(form.chosen())}")
    export_activity(user=request.user, **form.cleaned_data, at=at)
    events = events_about(request.user, **form.wanted()).iterator(AT_A_TIME)
    lines = csv_lines(map(activity_of, events), ZoneInfo(request.user.time_zone))
    name = f"activity-{timezone.localdate(at)}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(request: SignedInRequest, page: Page[Any]) -> list[dict[str, str]]:
    return [
        {
            "text": each.text,
            "detail": each.detail,
            "day": day(each.at),
            "time": clock_time_with_seconds(each.at),
            "verified_with": each.verified_with,
            "address": each.address,
            "report_url": reverse("report_lost")
            if each.shows_a_credential and request.user.is_prescriber
            else "",
        }
        for each in map(activity_of, page)
    ]


def _link(chosen: dict[str, str], number: int) -> str:
    return f"{reverse('activity')}?{urlencode({**chosen, 'page': number})}"
