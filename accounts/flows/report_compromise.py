"""A factor is lost, stolen or compromised: signing stops."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts import compromises
from accounts.compromises import Loss
from accounts.models import User
from tokens.models import CompromiseReport


def report_compromise(*, user: User, loss: Loss, at: datetime) -> CompromiseReport:
    """Stop all signing by this person at once (21 CFR 1311.102(b), 1311.125(d)(1)).

    Nothing is refused. When this returns, no signature can be made any more: whoever is signing
    at this moment either committed before the report, or finds it. Should the trail fail, the
    report is kept without it, and written on it later (``record_reports``).
    """
    keep = partial(compromises.keep, user, loss, reported_by=user, at=at)
    return compromises.on_the_trail_or_not(lambda on_trail: keep(on_trail=on_trail))
