from __future__ import annotations

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "epcs_portal.delivery"
    label = "delivery"
