"""The portal itself: settings, URLs, Celery, and what every part of the portal leans on."""

from epcs_portal.celery import app as celery_app

__all__ = ["celery_app"]
