"""How a prescription is shown: from its content, and once signed from the signed record alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as format_date

from epcs_portal.local_time import day_and_time_with_seconds
from prescriptions.ceremony import is_authorized
from prescriptions.content import content_of
from prescriptions.inspection import is_whole
from prescriptions.models import Patient, Prescription, Signature
from prescriptions.phone_lines import medication_of, quantity_of
from prescriptions.record import read, shown_digest
from prescriptions.schedules import last_fill_day


def to_review(prescription: Prescription, *, at: datetime) -> dict[str, Any]:
    """Context of one prescription on "Review and sign". ``mark`` is the value of its box."""
    content = content_of(prescription, at=at)
    digest = shown_digest(content)
    return chart(content) | {
        "mark": f"{prescription.reference}:{digest}",
        "is_ready": prescription.ready_digest == digest,
        "is_authorized": is_authorized(prescription, at=at),
        "patient": content["patient"],
        "prescriber": content["prescriber"],
    }


class RecordUnreadable(Exception):
    """What was signed was altered since, past the guards, and says nothing any more."""


def signed(signature: Signature) -> dict[str, Any]:
    """Context of one signed prescription, read from the record that was signed.

    Raise RecordUnreadable. A record that reads well and does not verify is shown as such.
    """
    try:
        return _signed(signature)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise RecordUnreadable from error


def _signed(signature: Signature) -> dict[str, Any]:
    record = read(signature.record)
    return chart(record["prescription"]) | {
        "patient": record["prescription"]["patient"],
        "prescriber": record["prescription"]["prescriber"],
        "pharmacy": record["prescription"]["pharmacy"],
        "signed_at": day_and_time_with_seconds(record["signed_at"]),
        "factors": record["factors"],
        "verifies": is_whole(signature),
        "key_id": record["key_id"],
    }


def chart(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return heading, schedule and facts: what 21 CFR 1311.120(b)(9) wants shown."""
    drug = content["drug"]
    issued = date.fromisoformat(content["date_of_issue"])
    last = last_fill_day(drug["schedule"], issued)
    refills = str(content["refills"])
    if last is not None:
        refills += f", not filled or refilled after {_day(last)}"
    facts = [
        ("Date of issue", _day(issued)),
        ("Quantity", quantity_of(content)),
        ("Days' supply", str(content["days_supply"])),
        ("Directions for use", content["directions"]),
        ("Refills", refills),
    ]
    if content["earliest_fill_date"]:
        earliest = date.fromisoformat(content["earliest_fill_date"])
        facts.append(("Earliest fill date", _day(earliest)))
    pharmacy = content["pharmacy"]
    facts.append(("Pharmacy", f"{pharmacy['name']}, {pharmacy['address']}"))
    return {
        "reference": content["reference"],
        "medication": medication_of(content),
        "schedule": f"C-{drug['schedule']}",
        "facts": [{"label": label, "value": value} for label, value in facts],
    }


def of_patient(patient: Patient, *, today: date) -> dict[str, Any]:
    """Context of the patient's panel on Compose Rx."""
    return {
        "name": patient.full_name,
        "address": patient.full_address,
        "born": _day(patient.birth_date),
        "age": _age(patient.birth_date, today),
    }


def to_change(prescription: Prescription) -> dict[str, Any]:
    """Return what the form of Compose Rx shows of a prescription."""
    names = ("drug", "quantity", "unit", "days_supply", "directions", "refills", "pharmacy")
    earliest = prescription.earliest_fill_date
    return {name: getattr(prescription, name) for name in (*names, "dea_registration")} | {
        "earliest_fill_date": format_date(earliest, "m/d/Y") if earliest else ""
    }


def people(charts: list[dict[str, Any]], *, today: date) -> dict[str, Any]:
    """Return patient and prescriber as they stand above the statement, for all of one patient.

    More than one DEA number is named, and each then stands with its prescription as well.
    """
    patient = charts[0]["patient"]
    born = date.fromisoformat(patient["birth_date"])
    numbers = sorted({each["prescriber"]["dea_number"] for each in charts})
    return {
        "patient": patient | {"born": _day(born), "age": _age(born, today)},
        "prescriber": charts[0]["prescriber"],
        "dea_numbers": numbers,
    }


def _age(born: date, today: date) -> str:
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    count, unit = (months // 12, "year") if months >= 24 else (months, "month")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _day(day: date) -> str:
    return format_date(day, "F j, Y")
