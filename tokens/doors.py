"""One flow, two doors: people who come from Admin find the words of their article, and so do
people who come from My Settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    name: str
    label: str
    url_name: str
    add_label: str
    resync_label: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def query(self) -> str:
        """What a link carries so that the page behind it knows the door."""
        return "?door=admin" if self is ADMIN else ""

    def context(self, submit_label: str) -> dict[str, Any]:
        back = {"label": self.label, "url": self.url}
        return {"door": self.name, "back": back, "submit_label": submit_label}


ADMIN = Door(
    name="admin",
    label="EPCS Device Management",
    url_name="epcs_devices",
    add_label="Submit",
    resync_label="Resync Token",
)
SETTINGS = Door(
    name="settings",
    label="EPCS settings",
    url_name="settings_epcs",
    add_label="Next",
    resync_label="Next",
)


def door_of(request: HttpRequest) -> Door:
    return ADMIN if request.GET.get("door") == ADMIN.name else SETTINGS
