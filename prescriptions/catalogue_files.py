"""What a catalogue file says, product by product.

Pure: bytes in, rows out. The columns are those of ``drug-catalogue.csv`` beside this module.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

BUNDLED = Path(__file__).with_name("drug-catalogue.csv")
HEADER = [
    *("name", "strength", "form", "dea_schedule", "narcotic", "rxcui", "rxcui_confidence"),
    "note",
]
LARGEST_FILE = 20 * 1024 * 1024  # bytes
LONGEST = {"name": 100, "strength": 60, "form": 60}  # characters
# none*: some of its ingredients are controlled, and DEA exempts the product; 21 CFR 1308.32
SCHEDULES = {"II": "II", "III": "III", "IV": "IV", "V": "V", "none": "", "none*": ""}
NARCOTIC = {"Y": True, "N": False}

_RXCUI = re.compile(r"[0-9]{0,10}")


class CatalogueUnreadable(Exception):
    """The file is not taken; the text says why, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One product. ``schedule`` is empty for what is not controlled."""

    name: str
    strength: str
    form: str
    schedule: str
    is_narcotic: bool
    rxcui: str

    @property
    def product(self) -> tuple[str, str, str]:
        return (self.name, self.strength, self.form)


def read_catalogue(content: bytes) -> list[CatalogueRow]:
    """Return every row. Raise CatalogueUnreadable if a single one is not understood."""
    if len(content) > LARGEST_FILE:
        raise CatalogueUnreadable("The file is larger than 20 MB.")
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        if next(reader, []) != HEADER:
            raise CatalogueUnreadable(f"The first line must be {','.join(HEADER)}.")
        rows = [_row(f"line {reader.line_num}", cells) for cells in reader if any(cells)]
    except UnicodeDecodeError:
        raise CatalogueUnreadable("The file is not UTF-8 text.") from None
    except csv.Error:
        raise CatalogueUnreadable("The file is not comma-separated text.") from None
    if not rows:
        raise CatalogueUnreadable("The file has no rows.")
    _refuse_repeats(rows)
    return rows


def _row(place: str, cells: list[str]) -> CatalogueRow:
    if len(cells) != len(HEADER):
        raise CatalogueUnreadable(f"{place}: has {len(cells)} columns, not {len(HEADER)}.")
    said = dict(zip(HEADER, (cell.strip() for cell in cells), strict=True))
    for column, most in LONGEST.items():
        if not 0 < len(said[column]) <= most:
            raise CatalogueUnreadable(f"{place}: the {column} must have 1 to {most} characters.")
    if said["dea_schedule"] not in SCHEDULES:
        raise CatalogueUnreadable(f"{place}: {said['dea_schedule']!r} is no schedule.")
    if said["narcotic"] not in NARCOTIC:
        raise CatalogueUnreadable(f"{place}: narcotic must be Y or N.")
    if not _RXCUI.fullmatch(said["rxcui"]):
        raise CatalogueUnreadable(f"{place}: {said['rxcui']!r} is no RxCUI.")
    return CatalogueRow(
        **{column: said[column] for column in LONGEST},
        schedule=SCHEDULES[said["dea_schedule"]],
        is_narcotic=NARCOTIC[said["narcotic"]],
        rxcui=said["rxcui"],
    )


def _refuse_repeats(rows: list[CatalogueRow]) -> None:
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        if row.product in seen:
            raise CatalogueUnreadable(f"{' '.join(row.product)} is in the file twice.")
        seen.add(row.product)
