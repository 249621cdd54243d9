"""What every page shows around its content: navigation by role, and who to call."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class NavigationItem(NamedTuple):
    label: str
    url_name: str
    whose: str


QUEUE = NavigationItem("Rx Queue", "queue", "queue")
COMPOSE = NavigationItem("Compose Rx", "rx_compose", "prescribers")
ADMIN = NavigationItem("Admin", "epcs_controls", "prescribers")
ADMINISTRATION = NavigationItem("Administration", "administration", "administration")
SUPPORT_SITE = NavigationItem("Support site", "admin:index", "agents")
MY_SETTINGS = NavigationItem("My Settings", "settings_epcs", "prescribers")
MY_PROFILE = NavigationItem("My Settings", "profile", "others")
NAVIGATION = [QUEUE, COMPOSE, ADMIN, ADMINISTRATION, SUPPORT_SITE, MY_SETTINGS, MY_PROFILE]

PAGES = {
    "queue": {QUEUE},
    "rx_sign": {QUEUE},
    "rx_detail": {QUEUE},
    "rx_discard": {QUEUE},
    "rx_compose": {COMPOSE},
    "epcs_controls": {ADMIN},
    "epcs_devices": {ADMIN},
    "token_instructions": {ADMIN},
    "pin": {ADMIN},
    "pin_new": {ADMIN},
    "pin_done": {ADMIN},
    "password": {MY_SETTINGS},
    "password_new": {MY_SETTINGS},
    "order_new": {ADMIN},
    "orders": {ADMIN, ADMINISTRATION},
    "order_pay": {ADMIN, ADMINISTRATION},
    "order_cancel": {ADMIN, ADMINISTRATION},
    "order_detail": {ADMIN, ADMINISTRATION},
    "demo_pay": {ADMIN, ADMINISTRATION},
    "order_new_for": {ADMINISTRATION},
    "hold": {MY_SETTINGS},
    "attest": {MY_SETTINGS},
    "epcs_setup": {MY_SETTINGS},
    "activate": {MY_SETTINGS},
    "settings_epcs": {MY_SETTINGS},
    "revoke": {MY_SETTINGS},
    "report_done": {MY_SETTINGS},
    "profile": {MY_SETTINGS, MY_PROFILE},
    "activity": {MY_SETTINGS, MY_PROFILE},
}
OF_THE_PRACTICE = [
    *("administration", "confirm_sign_in", "setup_search", "setup_edit", "hold_of_another"),
    *("token_confirm", "token_unlock", "registration_renew"),
    *("access_list", "access_approve", "access_reject", "access_grant", "access_revoke"),
    "designations",
]
PAGES |= {name: {ADMINISTRATION} for name in OF_THE_PRACTICE}
BEHIND_A_DOOR = {
    "verify",
    "verify_token",
    "verify_text",
    "verify_call",
    "token_add",
    "token_resync",
    "token_test",
    "token_remove",
    "report_lost",
    "verify_mobile",
    "verify_push",
    "mobile_add",
    "mobile_approve",
    "mobile_code",
    "mobile_test",
    "mobile_remove",
    "phone_add",
    "phone_confirm",
    "phone_remove",
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for base.html."""
    return {
        "demo": settings.DEMO,
        "app_version": settings.VERSION,
        "nav": _navigation(request),
        "session_seconds_left": getattr(request, "session_seconds_left", None),
        "support_phone": settings.SUPPORT_PHONE,
        "support_hours": settings.SUPPORT_HOURS,
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    current = _current(request)
    if user.is_prescriber and ADMIN in current:  # who is both has one place for their own orders
        current = current - {ADMINISTRATION}
    roles = {"prescribers": user.is_prescriber, "others": not user.is_prescriber}
    roles |= {"agents": user.is_staff, "administration": user.is_in_administration}
    roles["queue"] = user.is_prescriber or user.is_in_administration
    return [
        {"label": item.label, "url": reverse(item.url_name), "current": item in current}
        for item in NAVIGATION
        if roles[item.whose]
    ]


def _current(request: HttpRequest) -> set[NavigationItem]:
    page = request.resolver_match.url_name if request.resolver_match else None
    query = unquote(request.META.get("QUERY_STRING", ""))
    site = reverse("admin:index")
    if request.path.startswith(site) or (page in BEHIND_A_DOOR and f"next={site}" in query):
        return {SUPPORT_SITE}
    if page in BEHIND_A_DOOR:
        by_admin = "door=admin" in query or reverse("epcs_devices") in query
        return {ADMIN} if by_admin else {MY_SETTINGS}
    return PAGES.get(page or "", set())
