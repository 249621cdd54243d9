"""Setting up the own EPCS account."""

from __future__ import annotations

from django.urls import path

from accounts.views import registration

urlpatterns = [
    path("activate/", registration.activate, name="activate"),
    path("setup/", registration.setup, name="epcs_setup"),
    path("attest/", registration.attest, name="attest"),
]
