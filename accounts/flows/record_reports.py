"""Write on the trail what was reported while the trail could not be written."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError

from accounts import compromises
from epcs_portal.audit.trail import audited_transaction
from tokens.models import CompromiseReport

log = logging.getLogger(__name__)
AT_A_TIME = 100


def record_reports(*, at: datetime) -> int:
    """Return how many were written. Of two workers one writes each.

    One that can't be written, as where its practice's chain is broken, does not keep back others.
    """
    waiting = CompromiseReport.objects.filter(is_on_trail=False, reported_at__lte=at)
    reports = list(
        waiting.select_related("user", "reported_by").order_by("reported_at")[:AT_A_TIME]
    )
    return sum(_record(report) for report in reports)


def _record(report: CompromiseReport) -> bool:
    waiting = CompromiseReport.objects.filter(pk=report.pk, is_on_trail=False)
    try:
        with audited_transaction() as trail:
            is_ours = bool(waiting.update(is_on_trail=True))
            if is_ours:
                compromises.record(trail, report)
    except DatabaseError as error:  # whose text may repeat a row
        log.error("A report still can't be written on the trail: %s", type(error).__name__)  # noqa: TRY400
        return False
    return is_ours
