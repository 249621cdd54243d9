"""Somebody asked for a patient or a prescription that is not theirs: it does not exist for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from prescriptions.models import Patient, Prescription


def refuse_foreign_chart(
    *, person: User, patient_id: UUID | None = None, reference: str = "", at: datetime
) -> None:
    """Put the attempt on the trail (21 CFR 1311.150(a)(1)), if there is such a row at all."""
    if patient_id is not None:
        subject, rows = "patient of another practice", Patient.objects.filter(pk=patient_id)
        is_there = rows.exists()
    else:
        subject = "prescription of another person"
        is_there = Prescription.objects.filter(reference=reference).exists()
    if is_there:
        with audited_transaction() as trail:
            trail.record(Event.ACCESS_DENIED, person=person, actor=person, subject=subject, at=at)
