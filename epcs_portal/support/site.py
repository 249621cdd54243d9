"""The support site: Django's admin, read only, behind our own sign-in and step-up."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver

from epcs_portal.support.views import front
from epcs_portal.support.views.doors import agent_required, is_open

# Signing in and out, and passwords, are the portal's own; nothing here leads elsewhere.
LEFT_OUT = {"login", "logout", "password_change", "password_change_done", "autocomplete"}
LEFT_OUT |= {"view_on_site"}


class SupportSite(AdminSite):
    site_header = site_title = "EPCS Portal support"
    index_title = "Look up"
    index_template = "admin/support_index.html"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, front.context())

    def has_permission(self, request: HttpRequest) -> bool:
        return is_open(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return agent_required(super().admin_view(view, cacheable))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        urls: list[Any] = super().get_urls()
        kept = [url for url in urls if getattr(url, "name", None) not in LEFT_OUT]
        for url in kept:
            if hasattr(getattr(url, "callback", None), "login_url"):
                url.callback.login_url = None  # LoginRequiredMiddleware takes the portal's then
        return kept


site = SupportSite(name="staff")
