"""How a prescription stands in the Rx Queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from epcs_portal.local_time import day_and_time
from prescriptions.models import Prescription
from prescriptions.selectors import WAITING

TONES = {
    Prescription.Status.DRAFT: "info",
    Prescription.Status.READY: "ok",
    Prescription.Status.SIGNED: "ok",
    Prescription.Status.CANCELED: "off",
}


def queue_row(prescription: Prescription, *, at: datetime) -> dict[str, Any]:
    """Context of one row. Reads the patient: select it with the prescription."""
    rx, status = prescription, Prescription.Status(prescription.status)
    row = {
        "patient": rx.patient.full_name,
        "medication": rx.medication,
        "schedule": rx.get_schedule_display(),
        "written": day_and_time(rx.composed_at, at),
        "status": status.label,
        "tone": TONES[status],
    }
    if status in WAITING:
        row["sign_url"] = f"{reverse('rx_sign')}?patient={rx.patient_id}"
        row["change_url"] = f"{reverse('rx_compose')}?rx={rx.reference}"
    if status == Prescription.Status.SIGNED:
        row["view_url"] = reverse("rx_detail", args=[rx.reference])
    return row
