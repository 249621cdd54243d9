"""Discard a prescription that is not signed yet. Its row stays, canceled."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from prescriptions import waiting
from prescriptions.models import Prescription


def cancel(*, prescription: Prescription, at: datetime) -> None:
    """Take it out of what waits for its prescriber. Refused: one that was signed or discarded."""
    user = prescription.prescriber.user
    with audited_transaction() as trail:
        current = waiting.lock(prescription)
        refusal = waiting.closed(current, doing="discarded")
        if refusal is None:
            waiting.update(current, at=at, status=Prescription.Status.CANCELED)
        trail.record(
            Event.PRESCRIPTION_NOT_ALTERED if refusal else Event.PRESCRIPTION_CANCELED,
            at=at,
            person=user,
            actor=user,
            subject=str(current),
            was_ready=current.status == Prescription.Status.READY,
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal
