"""The Celery application. Rows are the truth, the broker a hint: beat sweeps what it lost."""

from __future__ import annotations

from celery import Celery

app = Celery("epcs_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
