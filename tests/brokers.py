"""Another broker than the one of the settings, for the block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from celery import Celery
from django.conf import settings

from epcs_portal.celery import app as ours


@contextmanager
def sending_to(broker: str, **configured: Any) -> Iterator[None]:
    """Let tasks of this thread go to the broker, with the portal's own settings otherwise."""
    app = Celery("another broker", broker=broker, set_as_current=False)
    options: Mapping[str, Any] = settings.REDIS_TRANSPORT_OPTIONS
    app.conf.update(
        {
            "broker_transport_options": options,
            "broker_use_ssl": settings.REDIS_TLS if broker.startswith("rediss:") else None,
            "task_publish_retry": settings.CELERY_TASK_PUBLISH_RETRY,
            **configured,
        }
    )
    app.set_current()
    try:
        yield
    finally:
        ours.set_current()
        app.close()
