"""What a dosage form is counted in. Pure.

The catalogue names a form as RxNorm does: ``24-hour extended-release oral capsule``.
"""

from __future__ import annotations

UNITS = {
    "tablet": "tablet",
    "capsule": "capsule",
    "film": "film",
    "system": "patch",  # a transdermal one
    "solution": "milliliter",
}


def unit_of(form: str) -> str | None:
    """Return the unit in which a quantity of this form is written; None for a form not known."""
    return UNITS.get(form.rpartition(" ")[2])
