"""One flow, two doors: people who come from Admin find the words of their article, and so do
people who come from My Settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    name: str
    label: str
    url_name: str
    cancel_url_name: str
    add_label: str
    resync_label: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def query(self) -> str:
        """What a link carries so that the page behind it knows the door."""
        return "?door=admin" if self is ADMIN else ""

    @property
    def more_query(self) -> str:
        """The same, after a query."""
        return self.query.replace("?", "&")

    @property
    def back(self) -> dict[str, str]:
        return {"label": self.label, "url": self.url}

    def context(self, submit_label: str) -> dict[str, Any]:
        """Context of a page behind this door."""
        return {
            "door": self.name,
            "back": self.back,
            "cancel_url": reverse(self.cancel_url_name),
            "submit_label": submit_label,
        }


ADMIN = Door(
    name="admin",
    label="EPCS Device Management",
    url_name="epcs_devices",
    cancel_url_name="epcs_controls",
    add_label="Submit",
    resync_label="Resync Token",
)
SETTINGS = Door(
    name="settings",
    label="EPCS settings",
    url_name="settings_epcs",
    cancel_url_name="settings_epcs",
    add_label="Next",
    resync_label="Next",
)


def door_of(request: HttpRequest) -> Door:
    """Return the door this page was opened by."""
    return ADMIN if request.GET.get("door") == ADMIN.name else SETTINGS


def door_to(page: str) -> Door:
    """Return the door of the page somebody is on the way to."""
    asked = QueryDict(urlsplit(page).query)
    is_admin = page.startswith(reverse(ADMIN.url_name)) or asked.get("door") == ADMIN.name
    return ADMIN if is_admin else SETTINGS
