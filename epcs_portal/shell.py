"""What every page shows around its content: navigation by role, and who to call."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class NavigationItem(NamedTuple):
    label: str
    url_name: str
    for_prescribers: bool
    pages: frozenset[str]  # the URL names on which the item is the current one


NAVIGATION = [
    NavigationItem(
        "Admin",
        "epcs_controls",
        True,
        frozenset({"epcs_controls", "epcs_devices", "token_instructions"}),
    ),
    NavigationItem(
        "My Settings",
        "settings_epcs",
        True,
        frozenset({"settings_epcs", "profile", "verify", "verify_token"})
        | {"token_add", "token_resync", "token_test"},
    ),
    NavigationItem("My Settings", "profile", False, frozenset({"profile"})),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for base.html."""
    return {
        "demo": settings.DEMO,
        "app_version": settings.VERSION,
        "nav": _navigation(request),
        "session_seconds_left": getattr(request, "session_seconds_left", None),
        "support_phone": settings.SUPPORT_PHONE,
        "support_hours": settings.SUPPORT_HOURS,
        "soft_token_app": settings.SOFT_TOKEN_APP,
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    page = request.resolver_match.url_name if request.resolver_match else None
    return [
        {"label": item.label, "url": reverse(item.url_name), "current": page in item.pages}
        for item in NAVIGATION
        if user.is_prescriber == item.for_prescribers
    ]
