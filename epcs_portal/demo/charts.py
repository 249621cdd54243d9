"""Whom the demo practice treats, what can be prescribed there, and what waits for Maria."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.models import Practice, User
from prescriptions.catalogue_files import BUNDLED, read_catalogue
from prescriptions.flows.compose import compose
from prescriptions.flows.load_drug_catalogue import load_drug_catalogue
from prescriptions.models import Drug, Patient, Pharmacy, Prescription
from prescriptions.written import Written

PATIENTS = [
    ("Jordan", "Ellis", date(2014, 4, 12), "31 Elm Court"),
    ("Priya", "Shah", date(2011, 9, 3), "8 Maple Street, Apt 2"),
    ("Theo", "Brandt", date(2016, 1, 27), "114 North Avenue"),
    ("Amara", "Cole", date(2009, 7, 19), "52 Cliff Street"),
]
PHARMACIES = [
    ("9900001", "Harbor Street Pharmacy", "210 Harbor St, Burlington, VT 05401", "(802) 555-0160"),
    ("9900002", "Church Street Drugs", "67 Church St, Burlington, VT 05401", "(802) 555-0175"),
]
# patient, medication, quantity, unit, days' supply, refills, dose, when; newest first
DRAFTS = [
    ("Jordan Ellis", "Lisdexamfetamine dimesylate", 30, "capsule", 30, 0, "1 capsule", "morning"),
    ("Jordan Ellis", "Clonazepam", 15, "tablet", 15, 1, "1 tablet", "night at bedtime"),
    ("Priya Shah", "Methylphenidate HCl ER", 30, "tablet", 30, 0, "1 tablet", "morning"),
]


def fill(*, practice: Practice, prescriber: User, at: datetime) -> None:
    """Add what is missing: to a new demo, and to one from before it had prescriptions.

    What somebody signed, changed or discarded stays as it is.
    """
    for first, last, born, address in PATIENTS:
        Patient.objects.get_or_create(
            practice=practice,
            first_name=first,
            last_name=last,
            birth_date=born,
            defaults={
                "address": address,
                "city": practice.city,
                "state": practice.state,
                "zip_code": practice.zip_code,
            },
        )
    for ncpdp_id, name, address, phone in PHARMACIES:
        values = {"name": name, "address": address, "phone": phone}
        Pharmacy.objects.get_or_create(ncpdp_id=ncpdp_id, defaults=values)
    if not Drug.objects.exists():
        load_drug_catalogue(rows=read_catalogue(BUNDLED.read_bytes()), dated=at.date(), at=at)
    if not Prescription.objects.filter(prescriber=prescriber.prescriber).exists():
        _compose_drafts(practice, prescriber, at=at)


def _compose_drafts(practice: Practice, prescriber: User, *, at: datetime) -> None:
    patients = {patient.full_name: patient for patient in practice.patients.all()}
    for ago, (patient, drug, quantity, unit, days, refills, dose, when) in enumerate(DRAFTS):
        written = Written(
            drug=Drug.objects.get(name=drug),
            quantity=quantity,
            unit=unit,
            days_supply=days,
            directions=f"Take {dose} by mouth every {when}.",
            refills=refills,
            earliest_fill_date=None,
            pharmacy=Pharmacy.objects.get(ncpdp_id="9900001"),
            dea_registration=prescriber.prescriber.dea_registrations.earliest("pk"),
        )
        then = at - timedelta(seconds=ago)
        compose(user=prescriber, patient=patients[patient], written=written, at=then)
