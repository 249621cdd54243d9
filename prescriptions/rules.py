"""The rules a prescription is held to while it is written, and how each says no.

The form shows what is broken at the field it belongs to; the flows check again, and signing does
once more. The numbers stand in ``schedules``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from accounts.models import DeaRegistration, Prescriber
from epcs_portal.refusals import Refusal
from prescriptions.dosage_forms import unit_of
from prescriptions.models import Drug, Prescription
from prescriptions.schedules import code_of, may_prescribe, refills_problem
from prescriptions.written import Written


class DrugNotControlled(Refusal):
    code = "drug-not-controlled"
    field = "drug"
    text = (
        "This portal signs controlled substances only, and the catalogue says that this medication "
        "is none. Select another one."
    )


class UnitDoesNotFit(Refusal):
    """Facts: ``form`` in which the medication comes, and ``unit`` that goes with it."""

    code = "unit-does-not-fit"
    field = "unit"
    text = (
        "The catalogue lists this medication as {form}. "
        "Select the unit {unit}, and check the quantity."
    )


class RefillsNotAllowed(Refusal):
    """Facts: ``schedule`` and ``refills``."""

    code = "refills-not-allowed"
    field = "refills"

    @property
    def sentence(self) -> str:
        return refills_problem(str(self.facts["schedule"]), int(self.facts["refills"]))


class FillDateNotAllowed(Refusal):
    """Facts: ``schedule``. 21 CFR 1306.12(b) is about schedule II alone."""

    code = "fill-date-not-allowed"
    field = "earliest_fill_date"
    text = (
        "An earliest fill date belongs to schedule II prescriptions, and this one is "
        "schedule {schedule}. Leave it empty."
    )


class FillDatePassed(Refusal):
    code = "fill-date-passed"
    field = "earliest_fill_date"
    text = (
        "The earliest fill date has passed. Enter today's date or a later one, or leave it empty."
    )


class NotAuthorizedToday(Refusal):
    """Facts: ``number`` of the DEA registration."""

    code = "not-authorized-today"
    field = "dea_registration"
    text = (
        "DEA registration {number} is not in force today, so nothing can be prescribed under it. "
        "Ask an eRx administrator at your practice to update it."
    )


class ScheduleNotCovered(Refusal):
    """Facts: ``number`` of the DEA registration, and ``needed``, as a DEA certificate writes it."""

    code = "schedule-not-covered"
    field = "drug"
    text = (
        "DEA registration {number} does not cover schedule {needed}, which this medication needs. "
        "Select another medication, or ask an eRx administrator at your practice."
    )


def broken(written: Written, *, by: Prescriber, on: date) -> Refusal | None:
    """Return the first rule that is broken on this day of the practice, or None."""
    found = all_broken(
        drug=written.drug,
        unit=written.unit,
        refills=written.refills,
        earliest=written.earliest_fill_date,
        registration=written.dea_registration,
        by=by,
        on=on,
    )
    return next(found, None)


def all_broken(
    *,
    drug: Drug | None,
    unit: str | None,
    refills: int | None,
    earliest: date | None,
    registration: DeaRegistration | None,
    by: Prescriber,
    on: date,
) -> Iterator[Refusal]:
    """Yield every rule that is broken. None is what is not known, or not right in itself."""
    if registration is not None and not _is_theirs(registration, by, on):
        yield NotAuthorizedToday(number=str(registration))
    if earliest is not None and earliest < on:
        yield FillDatePassed()
    if drug is None:
        return
    if not drug.schedule:
        yield DrugNotControlled()
        return
    fitting = unit_of(drug.form)
    if unit is not None and fitting not in (None, unit):
        yield UnitDoesNotFit(form=drug.form, unit=str(Prescription.Unit(fitting).label))
    if refills is not None and refills_problem(drug.schedule, refills):
        yield RefillsNotAllowed(schedule=drug.schedule, refills=refills)
    if earliest is not None and drug.schedule != "II":
        yield FillDateNotAllowed(schedule=drug.schedule)
    if registration is not None and not may_prescribe(
        registration.schedules, drug.schedule, is_narcotic=drug.is_narcotic
    ):
        needed = code_of(drug.schedule, is_narcotic=drug.is_narcotic)
        yield ScheduleNotCovered(number=str(registration), needed=needed)


def _is_theirs(registration: DeaRegistration, prescriber: Prescriber, on: date) -> bool:
    return registration.prescriber_id == prescriber.pk and registration.is_in_force(on=on)
