"""Where each app hangs, and the pages for what goes wrong."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from epcs_portal.health import healthz

handler403 = "epcs_portal.error_pages.forbidden"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("epcs/", include("tokens.urls")),
    path("mobile-id/", include("tokens.mobile_urls")),
    path("webhooks/", include("epcs_portal.delivery.urls")),
    path("", include("prescriptions.urls")),
    path("", include("billing.urls")),
    path("staff/", include("epcs_portal.support.urls")),
]

if apps.is_installed("epcs_portal.demo"):
    urlpatterns.append(path("demo/", include("epcs_portal.demo.urls")))
