"""Support stops somebody's signing, on the telephone. It never gives it back."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from accounts import compromises
from accounts.compromises import Loss
from accounts.models import User
from tokens.models import CompromiseReport


def suspend_signing(*, user: User, agent: User, reason: str, at: datetime) -> CompromiseReport:
    """Stop all signing by this person at once, as their own report would (SP 800-63B section 4.3).

    Nothing is refused: who is on the telephone may be right. Signing comes back as after any
    report, by an access change that two people at the practice make. Should the trail fail, it is
    kept without it, as a report is.
    """
    loss = Loss(
        what=CompromiseReport.What.NOT_SAID,
        circumstance=CompromiseReport.Circumstance.COMPROMISED,
        discovered_at=at,
        details=reason,
    )
    keep = partial(compromises.keep, user, loss, reported_by=agent, at=at)
    return compromises.on_the_trail_or_not(lambda on_trail: keep(on_trail=on_trail))
