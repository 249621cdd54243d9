"""Change a prescription that is not signed yet."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from prescriptions import rules, waiting
from prescriptions.content import day_of_issue
from prescriptions.models import Prescription
from prescriptions.written import Written


def revise(*, prescription: Prescription, written: Written, at: datetime) -> None:
    """Make it say what its prescriber wrote. Any change takes the ready mark back.

    Nothing is stored where nothing changed. Refused: one that was signed or discarded, and what
    ``compose`` refuses.
    """
    prescriber, today = prescription.prescriber, day_of_issue(prescription, at=at)
    with audited_transaction() as trail:
        current = waiting.lock(prescription)
        changes = written.changes(current)
        refusal = waiting.closed(current, doing="changed") or rules.broken(
            written, by=prescriber, on=today
        )
        if refusal is None and changes:
            waiting.update(current, at=at, status=Prescription.Status.DRAFT, **changes)
        if refusal is not None or changes:
            trail.record(
                Event.PRESCRIPTION_NOT_ALTERED if refusal else Event.PRESCRIPTION_ALTERED,
                at=at,
                person=prescriber.user,
                actor=prescriber.user,
                subject=str(current),
                changed=", ".join(changes),
                was_ready=current.status == Prescription.Status.READY,
                outcome=refusal.code if refusal else None,
            )
    if refusal is not None:
        raise refusal
