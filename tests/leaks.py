"""`python -m tests.leaks`: look for known secrets where none may be.

Searched are the dump and the databases that the tests left, and every log of the run, for the
seeds, keys, passwords, PINs and one-time passwords that the tests noted (`tests.markers`).
It names file and kind of what it finds, and never shows a secret.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from urllib.parse import quote

import django

from tests import markers
from tests.parts import ROOT, WORK

SEARCHED = {
    "dump of PostgreSQL": "leaks/*.sql",
    "SQLite file of the suite": "leaks/*.sqlite3",
    "SQLite file of a journey": "journeys/**/*.sqlite3*",
    "log of the end-to-end test": "leaks/*.log",
    "file of the broker": "leaks/broker/**/*.msg",
    "log of the demo's services": "journeys/logs/*.log",
    "addresses the browsers asked for": "logs/journeys/addresses.log",
    "log of the run": "logs/**/*.log",
}
KINDS = {"codes", "keys", "passwords", "pins", "seeds"}
SHORT = {"codes", "pins"}  # so short that any number may look like one

# The table that the demo prints at its start is there to be read, and looks just so.
PRINTED_BY_DESIGN = re.compile(
    rb"^Password of every account: +[a-z-]+$"
    rb"|^[a-z]+ {2,}[A-Z][^0-9]+ {2,}[0-9]{4} +GALH[0-9]{8}$",
    re.MULTILINE,
)
# Numbers that are none of ours, although they may have as many digits.
NOT_TYPED = re.compile(
    rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]+(?:[+-][0-9:]+)?"  # ISO 8601
    rb"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"  # UUID
    rb"|\bCS-[0-9]{4}-[0-9]{4}\b"  # a case
    rb"|\[[0-9]+\]|\bpid:? ?[0-9]+|^[0-9]+(?=:[A-Z] )"  # process numbers
    rb"|[0-9]+ (?:ms|s|kB|MB|bytes)\b",
    re.MULTILINE,
)
PAGE = 4096  # bytes; of SQLite
SERIAL = re.compile(rb"(?:GALH|TEST)[0-9]{8}")
NUMBER = re.compile(rb"(?<![0-9A-Za-z_.])[0-9]+(?![0-9A-Za-z_]|\.[0-9])")


def spellings(secret: bytes) -> set[bytes]:
    """Return how the secret may stand in a file: as it is, in hexadecimal, base32 and base64.

    The last two also as the middle of something longer, where its first bits may fall anywhere.
    """
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    found |= {repr(secret)[2:-1].encode(), quote(secret).encode()}
    for encode, block, bits in (
        (base64.b32encode, 5, 5),
        (base64.b64encode, 3, 6),
        (base64.urlsafe_b64encode, 3, 6),
    ):
        for offset in range(block):
            first = -(-offset * 8 // bits)  # characters that also depend on what comes before
            last = (offset + len(secret)) * 8 // bits
            found.add(encode(bytes(offset) + secret)[first:last])
    return found


def numbers_in(content: bytes) -> set[bytes]:
    """Return the numbers that somebody may have typed."""
    return set(NUMBER.findall(NOT_TYPED.sub(b" ", content))) - public_numbers()


@cache
def public_numbers() -> set[bytes]:
    """Return those of the catalogue of drugs, which every portal has: a code may be the same."""
    catalogue = ROOT / "prescriptions" / "drug-catalogue.csv"
    return {number for number in NUMBER.findall(catalogue.read_bytes()) if len(number) > 4}


def leaks_in(path: Path, secrets: dict[str, set[str]]) -> set[str]:
    """Return the kinds of secrets found in the file."""
    content = PRINTED_BY_DESIGN.sub(b"", path.read_bytes())
    if path.suffix == ".msg":  # the broker writes what a task carries in base64
        content += base64.b64decode(json.loads(content)["body"])
    is_database = content.startswith(b"SQLite format 3\0")
    unread = _pages_not_read(content) if is_database else content
    found = {
        kind
        for kind in secrets.keys() - SHORT
        for secret in secrets[kind]
        if any(spelling in unread for spelling in spellings(_bytes(kind, secret)))
    }
    texts = _cells(path) if is_database else [content]
    numbers = set().union(*map(numbers_in, texts))
    typed = {kind: {number.encode() for number in secrets.get(kind, ())} for kind in SHORT}
    return found | {kind for kind in SHORT if typed[kind] & numbers}


_read: set[bytes] = set()


def _pages_not_read(database: bytes) -> bytes:
    """Return the pages that stand in no file before it: each journey begins with the same ones."""
    pages = [database[at : at + PAGE] for at in range(0, len(database), PAGE)]
    unread = [page for page in pages if page not in _read]
    _read.update(unread)
    return b"".join(unread)


def _bytes(kind: str, secret: str) -> bytes:
    return bytes.fromhex(secret) if kind in {"seeds", "keys"} else secret.encode()


def _cells(path: Path) -> Iterator[bytes]:
    """Yield every text of an SQLite database. Between the cells lie bytes that mean nothing."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield from (cell.encode() for cell in row if isinstance(cell, str))


def run(*, folder: Path, secrets: dict[str, set[str]], say: Callable[[str], object]) -> bool:
    """Say what was searched and what was found; return whether nothing was."""
    places = {name: sorted(folder.glob(pattern)) for name, pattern in SEARCHED.items()}
    missing = [f"No {name} to search." for name, paths in places.items() if not paths]
    missing += [f"No {kind} to search for." for kind in sorted(KINDS - secrets.keys())]
    found = 0
    for name, paths in places.items():
        size = sum(path.stat().st_size for path in paths)
        say(f"{len(paths):>4} {name:<28}{size / 1e6:>8.1f} MB")
        for path, kind in _all_leaks(paths, secrets):
            found += 1
            say(f"LEAK: {kind} in {path.relative_to(folder)}")
    counts = ", ".join(f"{len(secrets[kind])} {kind}" for kind in sorted(secrets))
    say(f"searched for {counts}: {found or 'nothing'} found")
    for sentence in missing:
        say(f"{sentence} Run all of `make test` first.")
    return not found and not missing


def _all_leaks(paths: Iterable[Path], secrets: dict[str, set[str]]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        for kind in sorted(leaks_in(path, secrets)):
            yield path, kind


def main() -> int:
    secrets = markers.noted()
    secrets.setdefault("seeds", set()).update(_seeds_of_test_tokens())
    found_nothing = run(folder=WORK, secrets=secrets, say=print)
    return 0 if found_nothing else 1


def _seeds_of_test_tokens() -> set[str]:
    """Return the seeds of all test tokens whose serial numbers stand in what is searched."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epcs_portal.settings.test")
    django.setup()
    from tests.factories import seed_for

    paths = [path for pattern in SEARCHED.values() for path in WORK.glob(pattern)]
    serials = {each for path in paths for each in SERIAL.findall(path.read_bytes())}
    return {seed_for(serial.decode()).hex() for serial in serials}


if __name__ == "__main__":
    sys.exit(main())
