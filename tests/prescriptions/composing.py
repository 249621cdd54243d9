"""Compose Rx, used as a browser does."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from epcs_portal.audit.models import AuditEvent
from prescriptions.models import Drug, Patient, Prescription
from prescriptions.written import Written
from tests import factories
from tests.pages import submit


def today() -> date:
    """The day it is at the practice."""
    return timezone.localdate(timezone=ZoneInfo("America/New_York"))


def writing(patient: Patient) -> str:
    return f"/rx/compose/?patient={patient.pk}"


def changing(prescription: Prescription) -> str:
    return f"/rx/compose/?rx={prescription.reference}"


def discarding(prescription: Prescription) -> str:
    return f"/rx/{prescription.reference}/discard/"


def a_benzodiazepine() -> Drug:
    return factories.a_drug("Clonazepam", strength="0.5 mg", form="oral tablet", schedule="IV")


def typed(**fields: object) -> dict[str, str]:
    """What a prescriber enters for thirty capsules of a schedule II medication."""
    values: dict[str, object] = {
        "drug": factories.a_drug().pk,
        "quantity": "30",
        "unit": "capsule",
        "days_supply": "30",
        "directions": "Take 1 capsule by mouth every morning.",
        "refills": "0",
        "earliest_fill_date": "",
        "pharmacy": factories.a_pharmacy().pk,
    }
    return {name: str(value) for name, value in (values | fields).items()}


def written(user: User, **columns: object) -> Written:
    """The same as a flow takes it."""
    values: dict[str, object] = {
        "drug": factories.a_drug(),
        "quantity": 30,
        "unit": "capsule",
        "days_supply": 30,
        "directions": "Take 1 capsule by mouth every morning.",
        "refills": 0,
        "earliest_fill_date": None,
        "pharmacy": factories.a_pharmacy(),
        "dea_registration": user.prescriber.dea_registrations.first(),
    }
    return Written(**(values | columns))  # type: ignore[arg-type]


def send(client: Client, page: str, **fields: object) -> HttpResponse:
    return submit(client, page, **typed(**fields))


def last_event(person: User) -> AuditEvent:
    event = AuditEvent.objects.filter(person=person).order_by("sequence").last()
    assert event is not None
    return event
