"""Counting what PostgreSQL was asked to do, in its own log."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)")
BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
SETTLED = 0.1  # seconds after which the log holds what an answered request did


def statements_in(log: str) -> list[str]:
    """Return the statements of a log written with ``log_statement=all``, bookkeeping left out."""
    asked = (found[1].strip() for found in map(STATEMENT.search, log.splitlines()) if found)
    return [statement for statement in asked if not statement.upper().startswith(BOOKKEEPING)]


@contextmanager
def asked_of_database(log: Path) -> Iterator[list[str]]:
    """Yield a list that holds, after the block, the statements that were asked meanwhile."""
    asked: list[str] = []
    before = log.stat().st_size
    yield asked
    time.sleep(SETTLED)
    with log.open("rb") as written:
        written.seek(before)
        asked += statements_in(written.read().decode(errors="replace"))
