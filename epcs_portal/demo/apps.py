from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The practice, the people and the virtual tokens of the demo. Never installed elsewhere."""

    name = "epcs_portal.demo"
    label = "demo"
