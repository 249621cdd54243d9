"""A person's activity as a file for a spreadsheet, line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from epcs_portal.audit.selectors import Activity

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Line:
    """What csv writes into: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(activities: Iterable[Activity], zone: ZoneInfo) -> Iterator[str]:
    """Yield the file. ``zone`` is an argument: the lines leave after the request has ended."""
    writer = csv.writer(_Line())
    titles = [f"Time ({zone.key})", "What happened", "Detail", "Verified with", "From", "Outcome"]
    yield BYTE_ORDER_MARK + writer.writerow(titles)
    for activity in activities:
        cells = [
            activity.at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
            activity.text,
            activity.detail,
            activity.verified_with,
            activity.address,
            "Done" if activity.succeeded else "Refused",
        ]
        yield writer.writerow([_plain(cell) for cell in cells])


def _plain(cell: str) -> str:
    """Keep a spreadsheet from running what a text begins with (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell
