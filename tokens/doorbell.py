"""Waking the worker that rings a phone's bell. A bell that does not ring costs nothing but time:
an open page asks by itself, so no row waits for it (docs/decisions/0021)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from epcs_portal.delivery import postbox

RING = "tokens.tasks.ring_doorbell"


def wake(request_id: UUID) -> None:
    if settings.WEB_PUSH_PRIVATE_KEY:
        seconds = settings.PUSH_LIVES.total_seconds()
        postbox.send_task(RING, {"request_id": str(request_id)}, expires=seconds)
