"""Reading a manufacturer's seed file. Pure: text in, a verdict per line out.

A row never shows its seed: not in its repr, not in a verdict.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from tokens.oath.state import SHORTEST_KEY
from tokens.serials import is_serial, plain_serial

HEADER = ["serial", "secret_hex", "counter"]
LARGEST_FILE = 2 * 1024 * 1024  # bytes
SHORTEST_SEED = SHORTEST_KEY  # bytes
FEWEST_DIFFERENT_BYTES = 8  # of sixteen drawn at random, more differ all but always
LONGEST_SEED = 64  # bytes; the block of SHA-1 and SHA-256
LARGEST_COUNTER = 2**62

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
    """One token of the file. ``problem`` says why it cannot be imported; empty when it can."""

    line: int
    serial: str
    counter: int = 0
    secret: bytes = field(default=b"", repr=False)
    problem: str = ""


def read_csv(content: bytes) -> list[SeedRow]:
    """Return the rows of a file with the columns ``serial,secret_hex,counter``.

    Raise SeedFileUnreadable for a file that is too large, is no UTF-8 text, or has other columns.
    """
    if len(content) > LARGEST_FILE:
        raise SeedFileUnreadable("The file is larger than 2 MB. Split it and import the parts.")
    try:
        text = content.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = [name.strip() for name in next(reader, [])]
        if header != HEADER:
            raise SeedFileUnreadable(f"The first line must be {','.join(HEADER)}.")
        return list(_without_repeats(_rows(reader)))
    except UnicodeDecodeError:
        raise SeedFileUnreadable("The file is not UTF-8 text.") from None
    except csv.Error:
        raise SeedFileUnreadable("The file is not comma-separated text.") from None


def _rows(reader: Reader) -> Iterator[SeedRow]:
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield _row(reader.line_num, [cell.strip() for cell in cells])


def _row(line: int, cells: list[str]) -> SeedRow:
    if len(cells) != len(HEADER):
        return SeedRow(line=line, serial="", problem=f"has {len(cells)} columns, not 3")
    serial, secret, counter = cells
    serial = plain_serial(serial)
    if not is_serial(serial):
        # What stands here may be a seed in the wrong column, so it is not repeated.
        return SeedRow(line=line, serial="", problem="the serial number is not one")
    if not _HEX.fullmatch(secret):
        return SeedRow(line=line, serial=serial, problem="the seed is not hexadecimal")
    key = bytes.fromhex(secret)
    if not SHORTEST_SEED <= len(key) <= LONGEST_SEED:
        problem = f"the seed has {len(key)} bytes; {SHORTEST_SEED} to {LONGEST_SEED} are taken"
        return SeedRow(line=line, serial=serial, problem=problem)
    if len(set(key)) < FEWEST_DIFFERENT_BYTES:
        return SeedRow(line=line, serial=serial, problem="the seed is not random")
    if not _COUNTER.fullmatch(counter) or int(counter) > LARGEST_COUNTER:
        return SeedRow(line=line, serial=serial, problem="the counter is not a whole number")
    return SeedRow(line=line, serial=serial, secret=key, counter=int(counter))


def _without_repeats(rows: Iterator[SeedRow]) -> Iterator[SeedRow]:
    serials: dict[str, int] = {}
    secrets: dict[bytes, int] = {}
    for row in rows:
        if row.problem:
            yield row
            continue
        same_serial = serials.setdefault(row.serial, row.line)
        same_secret = secrets.setdefault(row.secret, row.line)
        if same_serial != row.line:
            yield replace(row, problem=f"the serial number already stands on line {same_serial}")
        elif same_secret != row.line:
            yield replace(row, problem=f"the seed already stands on line {same_secret}")
        else:
            yield row
