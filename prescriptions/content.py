"""What a prescription says: the one source of what is shown, marked ready and signed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from epcs_portal.local_time import day_at
from prescriptions.models import Prescription
from prescriptions.number_words import in_words

if TYPE_CHECKING:
    from accounts.models import User


def day_at_practice(user: User, *, at: datetime) -> date:
    return day_at(user.time_zone, at)


def day_of_issue(prescription: Prescription, *, at: datetime) -> date:
    """Return today at the practice: the date issued is the date signed (21 CFR 1306.05(a))."""
    return day_at_practice(prescription.prescriber.user, at=at)


def content_of(prescription: Prescription, *, at: datetime) -> dict[str, Any]:
    """Return all that 21 CFR 1306.05(a) and 1311.120(b)(9) ask for, as text and whole numbers.

    Reads the patient, prescriber, registration and pharmacy: select them with the prescription.
    """
    rx, patient, registration = prescription, prescription.patient, prescription.dea_registration
    earliest = rx.earliest_fill_date
    return {
        "reference": rx.reference,
        "date_of_issue": day_of_issue(rx, at=at).isoformat(),
        "patient": {
            "name": patient.full_name,
            "birth_date": patient.birth_date.isoformat(),
            "address": patient.full_address,
        },
        "drug": {
            "name": rx.drug_name,
            "strength": rx.drug_strength,
            "form": rx.drug_form,
            "schedule": rx.schedule,
        },
        "quantity": rx.quantity,
        "quantity_in_words": in_words(rx.quantity),
        "unit": rx.unit,
        "days_supply": rx.days_supply,
        "directions": rx.directions,
        "refills": rx.refills,
        "earliest_fill_date": earliest.isoformat() if earliest else None,
        "pharmacy": {"name": rx.pharmacy.name, "address": rx.pharmacy.address},
        "prescriber": {
            "name": rx.prescriber.user.full_name,
            "address": registration.address,
            "dea_number": str(registration),
            "npi": rx.prescriber.npi,
        },
    }
