"""Reading a page, the trail and a clock as people do."""

from __future__ import annotations

import html
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from epcs_portal.audit.models import AuditEvent
from tests.pages import submit

_FORM_KEY = re.compile(r'name="form_key" value="([^"]+)"')


def read(page: HttpResponse) -> str:
    """Return what stands on the page, with its apostrophes."""
    return html.unescape(page.text)


def form_key_in(page: HttpResponse) -> str:
    """Return the key of the form on a page that was just shown."""
    found = _FORM_KEY.search(page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def events_of(person: User) -> list[str]:
    """Return what the trail says of this person, oldest first."""
    events = AuditEvent.objects.filter(person=person).order_by("sequence")
    return list(events.values_list("event", flat=True))


def on_the_wall(at: datetime) -> str:
    """Return the time as the clock in the practice shows it."""
    return f"{at.astimezone(ZoneInfo('America/New_York')):%-I:%M %p}"


def choose(client: Client, page: str, method: str = "token") -> HttpResponse:
    """Choose this method on the page "Verify it's you"."""
    return submit(client, page, method=method)


def is_verified(client: Client) -> bool:
    """Whether the pages say that this session's person has just proven who they are."""
    return "Identity verified for this session" in client.get("/epcs/devices/").text
