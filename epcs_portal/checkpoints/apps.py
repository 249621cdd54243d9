from __future__ import annotations

from django.apps import AppConfig


class CheckpointsConfig(AppConfig):
    """Signed heads of the audit trail, kept outside the database. It owns no table."""

    name = "epcs_portal.checkpoints"
    label = "checkpoints"

    def ready(self) -> None:
        from epcs_portal.checkpoints import checks  # noqa: F401  (registers the system checks)
