from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit trail: added to, never changed, never deleted (21 CFR 1311.120(b)(23)-(26))."""

    name = "epcs_portal.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
