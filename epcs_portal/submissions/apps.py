from __future__ import annotations

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "epcs_portal.submissions"
    label = "submissions"
