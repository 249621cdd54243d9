"""Reading prescriptions: a prescriber's own, and nobody else's."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, Q, QuerySet, Value, When

from epcs_portal.compiled import Select
from prescriptions.models import Drug, Patient, Pharmacy, Prescription

if TYPE_CHECKING:
    from accounts.models import DeaRegistration, Prescriber, User

WITH_ALL_BUT_ITS_PRESCRIBER = ("patient", "pharmacy", "drug", "dea_registration")
WITH_CONTENT = (*WITH_ALL_BUT_ITS_PRESCRIBER, "prescriber__user__membership__practice")
WAITING = (Prescription.Status.DRAFT, Prescription.Status.READY)


def prescriptions_of(prescriber: Prescriber) -> QuerySet[Prescription]:
    """Return all under this prescriber's name, with what ``content_of`` reads."""
    return Prescription.objects.filter(prescriber=prescriber).select_related(*WITH_CONTENT)


_PATIENT = Select(
    lambda user, patient: Patient.objects.filter(practice__memberships__user=user, pk=patient)
)


def _waiting(prescriber: Value, user: Value, patient: Value) -> QuerySet[Prescription]:
    own = Prescription.objects.filter(
        prescriber=prescriber,
        patient=patient,
        patient__practice__memberships__user=user,  # what one began elsewhere stays there
        status__in=WAITING,
    )
    rows = own.select_related(*WITH_ALL_BUT_ITS_PRESCRIBER)
    return rows.order_by("composed_at", "reference")


_WAITING = Select(_waiting)
_WAITING_LOCKED = Select(
    lambda **values: _waiting(**values).select_for_update(of=("self",), no_key=True)
)


def waiting_for(
    prescriber: Prescriber, patient_id: UUID, *, locked: bool = False
) -> list[Prescription]:
    """Return what waits for this prescriber's signature for one patient, oldest first.

    ``locked``: until the transaction ends.
    """
    rows = _WAITING_LOCKED if locked else _WAITING
    waiting = rows(prescriber=prescriber.pk, user=prescriber.user_id, patient=patient_id)
    for rx in waiting:
        rx.prescriber = prescriber  # as they are loaded already, with user and practice
    return waiting


def listed(prescriber: Prescriber, *, since: datetime) -> QuerySet[Prescription]:
    """Return what waits, and what ended since then; what waits first, newest first in each."""
    own = Prescription.objects.filter(
        prescriber=prescriber, patient__practice__memberships__user=prescriber.user_id
    ).select_related("patient")
    is_waiting = Q(status__in=WAITING)
    shown = own.filter(is_waiting | Q(changed_at__gte=since))
    is_over = Case(When(is_waiting, then=0), default=1)
    return shown.annotate(is_over=is_over).order_by("is_over", "-changed_at", "reference")


def signed_together(prescriber: Prescriber, reference: str) -> QuerySet[Prescription]:
    """Return what was signed in the same ceremony as this one, itself included."""
    ceremony = Prescription.objects.filter(prescriber=prescriber, reference=reference).values(
        "signature__ceremony"
    )
    own = Prescription.objects.filter(prescriber=prescriber, signature__ceremony__in=ceremony)
    return own.select_related("signature__certificate", "patient").order_by(
        "composed_at", "reference"
    )


def patients_of(user: User, *, named: str = "") -> QuerySet[Patient]:
    """Return the patients of the person's practice by last name; ``named`` begins a name."""
    own = Patient.objects.filter(practice__memberships__user=user)
    if named:
        own = own.filter(Q(last_name__istartswith=named) | Q(first_name__istartswith=named))
    return own.order_by("last_name", "first_name")


def patient_of(user: User, patient_id: UUID) -> Patient | None:
    return _PATIENT.one_or_none(user=user.pk, patient=patient_id)


def controlled_drugs() -> QuerySet[Drug]:
    """Return what can be composed here. What the catalogue does not know cannot be prescribed."""
    return Drug.objects.exclude(schedule=Drug.Schedule.NONE).order_by("name", "strength")


def pharmacies() -> QuerySet[Pharmacy]:
    return Pharmacy.objects.order_by("name")


def valid_registrations_of(prescriber: Prescriber, *, on: date) -> QuerySet[DeaRegistration]:
    """Return the DEA registrations that are in force on this day (21 CFR 1311.125(d)(2))."""
    in_force = Q(status="active", expires_on__gte=on)
    return prescriber.dea_registrations.filter(in_force).order_by("number")
