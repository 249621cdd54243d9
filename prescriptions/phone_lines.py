"""What a phone shows of a prescription: enough to tell it by, and of the patient the initials.

Pure: the content that is signed in, lines of text out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ENDINGS = {"patch": "es"}  # of the plural; all others take an s


def medication_of(content: Mapping[str, Any]) -> str:
    """Return ``Oxycodone hydrochloride 5 mg tablet``."""
    drug = content["drug"]
    return f"{drug['name']} {drug['strength']} {drug['form']}"


def quantity_of(content: Mapping[str, Any]) -> str:
    """Return ``30 (thirty) tablets``."""
    quantity, unit = content["quantity"], content["unit"]
    ending = "" if quantity == 1 else _ENDINGS.get(unit, "s")
    return f"{quantity} ({content['quantity_in_words']}) {unit}{ending}"


def lines_of(content: Mapping[str, Any]) -> list[str]:
    """Return two lines: the drug with its quantity, and for whom."""
    initials = " ".join(f"{part[0]}." for part in content["patient"]["name"].split())
    return [
        f"{medication_of(content)}, {quantity_of(content)}",
        f"For {initials}, {content['reference']}",
    ]
