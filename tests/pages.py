"""Using a page as a browser does: open it, then send the form that stood on it."""

from __future__ import annotations

import html
import re

from django.http import HttpResponse
from django.test import Client

_FORM_KEY = re.compile(r'name="form_key" value="([^"]+)"')


def form_key_on(client: Client, page: str) -> str:
    """Open the page and read its form key."""
    response = client.get(page)
    found = _FORM_KEY.search(response.text)
    assert found is not None, f"{page} answered {response.status_code} and shows no form"
    return html.unescape(found[1])


def submit(client: Client, page: str, **fields: str) -> HttpResponse:
    """Open the page, fill the form and send it."""
    return client.post(page, {"form_key": form_key_on(client, page), **fields})
