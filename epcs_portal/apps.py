from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Commands, template tags and checks of the portal itself. It owns no table."""

    name = "epcs_portal"
    label = "portal"

    def ready(self) -> None:
        from epcs_portal import checks  # noqa: F401  (registers the system checks)
