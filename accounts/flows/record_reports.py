"""Write on the trail what was reported while the trail could not be written."""

from __future__ import annotations

from datetime import datetime

from accounts import compromises
from epcs_portal.audit.trail import audited_transaction
from tokens.models import CompromiseReport

AT_A_TIME = 100


def record_reports(*, at: datetime) -> int:
    """Return how many were written. Of two workers one writes each."""
    waiting = CompromiseReport.objects.filter(is_on_trail=False, reported_at__lte=at)
    reports = list(
        waiting.select_related("user", "reported_by").order_by("reported_at")[:AT_A_TIME]
    )
    for report in reports:
        with audited_transaction() as trail:
            if waiting.filter(pk=report.pk).update(is_on_trail=True):
                compromises.record(trail, report)
    return len(reports)
