"""What a prescriber writes: the part of a prescription that can be changed until it is signed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from accounts.models import DeaRegistration
from prescriptions.models import Drug, Pharmacy, Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """``directions`` is one line of text. All else is chosen, or a number in its range."""

    drug: Drug
    quantity: int
    unit: str
    days_supply: int
    directions: str
    refills: int
    earliest_fill_date: date | None
    pharmacy: Pharmacy
    dea_registration: DeaRegistration

    def columns(self) -> dict[str, Any]:
        """Return the columns of a prescription, with a copy of what the catalogue says today."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "drug_name": self.drug.name,
            "drug_strength": self.drug.strength,
            "drug_form": self.drug.form,
            "schedule": self.drug.schedule,
        }

    def changes(self, prescription: Prescription) -> dict[str, Any]:
        """Return the columns that would not stay as they are."""
        columns = self.columns().items()
        return {name: value for name, value in columns if getattr(prescription, name) != value}
