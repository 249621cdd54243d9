"""Compose a prescription: a draft that waits in the Rx Queue."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from prescriptions import references, rules
from prescriptions.content import day_at_practice
from prescriptions.models import Patient, Prescription
from prescriptions.written import Written

if TYPE_CHECKING:
    from accounts.models import User


def compose(*, user: User, patient: Patient, written: Written, at: datetime) -> Prescription:
    """Return the new draft of this prescriber, for a patient of their practice.

    Refused: what breaks a rule of its schedule, or is not covered today by the DEA registration
    it is written under (21 CFR 1306.12, 1306.22, 1311.100(b)(1), 1311.125(d)(2)).
    """
    prescription = Prescription(
        reference=_free_reference(),
        patient=patient,
        prescriber=user.prescriber,
        composed_by=user,
        composed_at=at,
        changed_at=at,
        **written.columns(),
    )
    refusal = rules.broken(written, by=user.prescriber, on=day_at_practice(user, at=at))
    with audited_transaction() as trail:
        if refusal is None:
            prescription.save(force_insert=True)
        trail.record(
            Event.PRESCRIPTION_NOT_COMPOSED if refusal else Event.PRESCRIPTION_COMPOSED,
            at=at,
            person=user,
            actor=user,
            subject=f"patient {patient.pk}" if refusal else str(prescription),
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal
    return prescription


def _free_reference() -> str:
    """Draw until nobody has it. Of two that draw the same at once, the database refuses one."""
    reference = references.draw()
    while Prescription.objects.filter(reference=reference).exists():
        reference = references.draw()
    return reference
