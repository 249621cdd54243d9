"""What a manufacturer's seed file says, token by token, and the CSV form of it.

Pure: bytes in, a verdict per token out. A row never shows its seed: not in its repr, not in a
verdict. The other form, PSKC, is read in ``pskc``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from tokens.oath.state import SHORTEST_KEY
from tokens.serials import is_serial, plain_serial

HEADER = ["serial", "secret_hex", "counter"]
LARGEST_FILE = 2 * 1024 * 1024  # bytes
MOST_ROWS = 5_000  # tokens; each is judged, sealed and listed in one request
SHORTEST_SEED = SHORTEST_KEY  # bytes
FEWEST_DIFFERENT_BYTES = 8  # of sixteen drawn at random, more differ all but always
LONGEST_SEED = 64  # bytes; the block of SHA-1 and SHA-256
LARGEST_COUNTER = 2**62

NOT_A_SERIAL = "the serial number is not one"
NOT_A_COUNTER = "the counter is not a whole number"

_COUNTER = re.compile(r"[0-9]{1,19}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


class Reader(Protocol):
    """What ``csv.reader`` returns."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


class SeedFileUnreadable(Exception):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRow:
    """One token of the file. ``problem`` says why it cannot be imported; empty when it can.

    ``place`` is where it stands, such as "line 2". The other columns are those of a seed record.
    """

    place: str
    serial: str
    moving_factor: str = "counter"  # or "time"
    algorithm: str = "sha1"
    period: int = 30
    first_factor: int = 0
    expires_at: datetime | None = None
    secret: bytes = field(default=b"", repr=False)
    problem: str = ""


def refuse_too_large(content: bytes) -> None:
    """Raise SeedFileUnreadable for a file that no reader should begin with."""
    if len(content) > LARGEST_FILE:
        raise SeedFileUnreadable("The file is larger than 2 MB. Split it and import the parts.")


def refuse_too_many(number: int) -> None:
    """Raise SeedFileUnreadable for one token more than a file may list."""
    if number > MOST_ROWS:
        raise SeedFileUnreadable(
            f"The file lists more than {MOST_ROWS:,} tokens. Split it and import the parts."
        )


def seed_problem(seed: bytes) -> str:
    """Return why nobody should sign with this seed; empty if there is no reason."""
    if not SHORTEST_SEED <= len(seed) <= LONGEST_SEED:
        return f"the seed has {len(seed)} bytes; {SHORTEST_SEED} to {LONGEST_SEED} are taken"
    if len(set(seed)) < FEWEST_DIFFERENT_BYTES:
        return "the seed is not random"
    return ""


def without_repeats(rows: Iterable[SeedRow]) -> Iterator[SeedRow]:
    """Return the rows; one with the serial or the seed of an earlier one is refused."""
    serials: dict[str, str] = {}
    secrets: dict[bytes, str] = {}
    for row in rows:
        if row.problem:
            yield row
            continue
        same_serial = serials.setdefault(row.serial, row.place)
        same_secret = secrets.setdefault(row.secret, row.place)
        if same_serial != row.place:
            yield replace(row, problem=f"the serial number is already that of {same_serial}")
        elif same_secret != row.place:
            yield replace(row, problem=f"the seed is already that of {same_secret}")
        else:
            yield row


def read_csv(content: bytes) -> list[SeedRow]:
    """Return the rows of a file with the columns ``serial,secret_hex,counter``.

    Raise SeedFileUnreadable for a file that is too large or too long, is no UTF-8 text, or has
    other columns.
    """
    refuse_too_large(content)
    try:
        text = content.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = [name.strip() for name in next(reader, [])]
        if header != HEADER:
            raise SeedFileUnreadable(f"The first line must be {','.join(HEADER)}.")
        return list(without_repeats(_rows(reader)))
    except UnicodeDecodeError:
        raise SeedFileUnreadable("The file is not UTF-8 text.") from None
    except csv.Error:
        raise SeedFileUnreadable("The file is not comma-separated text.") from None


def _rows(reader: Reader) -> Iterator[SeedRow]:
    filled = (cells for cells in reader if any(cell.strip() for cell in cells))
    for number, cells in enumerate(filled, 1):
        refuse_too_many(number)
        yield _row(f"line {reader.line_num}", [cell.strip() for cell in cells])


def _row(place: str, cells: list[str]) -> SeedRow:
    if len(cells) != len(HEADER):
        return SeedRow(place=place, serial="", problem=f"has {len(cells)} columns, not 3")
    serial, secret, counter = cells
    serial = plain_serial(serial)
    if not is_serial(serial):
        # What stands here may be a seed in the wrong column, so it is not repeated.
        return SeedRow(place=place, serial="", problem=NOT_A_SERIAL)
    if not _HEX.fullmatch(secret):
        return SeedRow(place=place, serial=serial, problem="the seed is not hexadecimal")
    seed = bytes.fromhex(secret)
    if problem := seed_problem(seed):
        return SeedRow(place=place, serial=serial, problem=problem)
    if not _COUNTER.fullmatch(counter) or int(counter) > LARGEST_COUNTER:
        return SeedRow(place=place, serial=serial, problem=NOT_A_COUNTER)
    return SeedRow(place=place, serial=serial, secret=seed, first_factor=int(counter))
