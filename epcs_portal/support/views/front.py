"""The first page of the support site: what waits for an agent."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from epcs_portal.support.orders import work_waiting


def context() -> dict[str, Any]:
    return {"work": work_waiting(at=timezone.now())}
