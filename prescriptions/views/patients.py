"""Finding the patient or prescription that an address names, among one's own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from epcs_portal.http import SignedInRequest
from epcs_portal.rows import one_or_none
from prescriptions import selectors
from prescriptions.flows.refuse_foreign_chart import refuse_foreign_chart
from prescriptions.references import REFERENCE

if TYPE_CHECKING:
    from prescriptions.models import Patient, Prescription


def patient_id_of(request: SignedInRequest) -> UUID:
    """Return what ``?patient=`` says, whoever that is."""
    try:
        return UUID(request.GET.get("patient", ""))
    except ValueError:
        raise Http404 from None


def patient_of(request: SignedInRequest, *, at: datetime) -> Patient:
    """Return the patient of ``?patient=``. Not found: anybody the practice does not treat."""
    patient_id = patient_id_of(request)
    patient = selectors.patient_of(request.user, patient_id)
    if patient is None:
        refuse_foreign_chart(person=request.user, patient_id=patient_id, at=at)
        raise Http404
    return patient


def prescription_of(request: SignedInRequest, reference: str, *, at: datetime) -> Prescription:
    """Return the prescription, with its content. Not found: anybody else's."""
    if not REFERENCE.fullmatch(reference):  # a query may say anything
        raise Http404
    own = selectors.prescriptions_of(request.user.prescriber)
    rx = one_or_none(own.filter(reference=reference))
    if rx is not None and rx.status in selectors.WAITING and not _is_treated_here(request, rx):
        rx = None
    if rx is None:
        refuse_foreign_chart(person=request.user, reference=reference, at=at)
        raise Http404
    return rx


def _is_treated_here(request: SignedInRequest, rx: Prescription) -> bool:
    """What one signed stays one's own; what one began elsewhere stays there."""
    practice = request.user.practice
    return practice is not None and rx.patient.practice_id == practice.pk
