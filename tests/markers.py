"""The secrets that tests used, noted so that the leak scan can look for them afterwards.

They lie beside what is scanned, never in it: ``var/test/secrets``, one secret a line.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.parts import WORK

FOLDER = WORK / "secrets"


def note(kind: str, *secrets: str) -> None:
    """Remember secrets of one kind: codes, passwords, pins, seeds (in hexadecimal), keys."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{kind}.txt").open("a") as book:
        book.writelines(f"{secret}\n" for secret in secrets)


def noted() -> dict[str, set[str]]:
    """Return the secrets by kind."""
    return {path.stem: set(_lines(path.read_text())) for path in FOLDER.glob("*.txt")}


def _lines(text: str) -> Iterable[str]:
    return filter(None, text.splitlines())
