"""The portal's Celery application, for people who cannot wait.

What is sent, and by whom, is unchanged: only the waits are a second, not minutes or an hour.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from epcs_portal.celery import app

settings.OUTBOX_CLAIM = timedelta(seconds=2)
settings.OUTBOX_FIRST_RETRY = timedelta(seconds=1)

app.conf.beat_schedule = {
    name: {**entry, "schedule": 1.0} for name, entry in app.conf.beat_schedule.items()
}
if app.conf.broker_url.startswith("redis"):
    # After so many seconds Redis gives a task that nobody acknowledged to another worker.
    app.conf.broker_transport_options |= {"visibility_timeout": 1}

__all__ = ["app"]
