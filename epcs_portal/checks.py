"""System checks: the demo never starts where real people are."""

from __future__ import annotations

import os
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def demo_is_never_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse the demo app next to anything that marks a real portal."""
    if not apps.is_installed("epcs_portal.demo"):
        return []
    markers = {
        "EPCS_ENVIRONMENT=production": os.environ.get("EPCS_ENVIRONMENT") == "production",
        "the production settings": not settings.DEMO,
        "a public base URL": bool(getattr(settings, "PUBLIC_BASE_URL", "")),
    }
    return [
        Error(
            f"The demo app is installed together with {marker}.",
            hint="Use epcs_portal.settings.production, which does not install it.",
            id="portal.E001",
        )
        for marker, found in markers.items()
        if found
    ]
