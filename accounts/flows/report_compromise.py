"""A factor is lost, stolen or compromised: signing stops."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from accounts import compromises
from accounts.compromises import Loss
from accounts.models import User
from epcs_portal.audit.trail import audited_transaction
from tokens.models import CompromiseReport, SecurityNotice

log = logging.getLogger(__name__)
Change = SecurityNotice.Change


def report_compromise(*, user: User, loss: Loss, at: datetime) -> CompromiseReport:
    """Stop all signing by this person at once (21 CFR 1311.102(b), 1311.125(d)(1)).

    Nothing is refused. When this returns, no signature can be made any more: whoever is signing
    at this moment either committed before the report, or finds it. Should the trail fail, the
    report is kept without it, and written on it later (``record_reports``).
    """
    try:
        with audited_transaction() as trail:
            report = _keep(user, loss, is_on_trail=True, at=at)
            compromises.record(trail, report)
    except DatabaseError:
        log.exception("The trail could not be written. The report is kept without it.")
        with transaction.atomic(durable=True):
            report = _keep(user, loss, is_on_trail=False, at=at)
    return report


def _keep(user: User, loss: Loss, *, is_on_trail: bool, at: datetime) -> CompromiseReport:
    change = Change.COMPROMISE_REPORTED
    return compromises.keep(
        user, loss, reported_by=user, change=change, is_on_trail=is_on_trail, at=at
    )
