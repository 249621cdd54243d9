"""System check of a deployment: a checkpoint also leaves the machine that made it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def checkpoints_leave_this_machine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.CHECKPOINT_EMAILS:
        return []
    return [
        Warning(
            "Checkpoints of the audit trail are sent to nobody.",
            hint="Name somebody in CHECKPOINT_EMAILS, or copy CHECKPOINT_DIR away every day:"
            " who can change this machine can change what is kept on it.",
            id="portal.W001",
        )
    ]
