"""Changing a prescription that waits for its signature, inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from epcs_portal.refusals import Refusal
from prescriptions.models import Prescription
from prescriptions.selectors import WAITING

UNMARKED: dict[str, Any] = {"ready_digest": "", "ready_by": None, "ready_at": None}


class PrescriptionClosed(Refusal):
    """Facts: ``status`` it has, and ``doing``: "changed" or "discarded"."""

    code = "prescription-closed"

    @property
    def sentence(self) -> str:
        became = {"signed": "signed", "canceled": "discarded"}[str(self.facts["status"])]
        return (
            f"This prescription was {became} already, so it can't be {self.facts['doing']}. "
            "If the patient needs another one, compose a new prescription."
        )


def lock(prescription: Prescription) -> Prescription:
    """Return the prescription as it stands now, locked until the transaction ends."""
    rows = Prescription.objects.select_related("drug", "pharmacy", "dea_registration")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=prescription.pk)


def closed(prescription: Prescription, *, doing: str) -> Refusal | None:
    """Return why it does not wait any more, or None."""
    if prescription.status in WAITING:
        return None
    return PrescriptionClosed(status=prescription.status, doing=doing)


def update(prescription: Prescription, *, at: datetime, **columns: Any) -> None:
    """Store the columns if it still waits, and take the ready mark back (1311.120(b)(10))."""
    rows = Prescription.objects.filter(pk=prescription.pk, status__in=WAITING)
    rows.update(changed_at=at, **UNMARKED, **columns)
