"""The folder of the checkpoints: a file for each day, never written over."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from pathlib import Path
from uuid import uuid4

from django.conf import settings


def path_of(day: date) -> Path:
    return Path(settings.CHECKPOINT_DIR) / f"heads-{day.isoformat()}.json"


def files() -> list[Path]:
    """Return the files there are, oldest first."""
    return sorted(Path(settings.CHECKPOINT_DIR).glob("heads-*.json"))


def day_in(path: Path) -> str:
    """Return the day that the file's name says, or "" for a file that is kept elsewhere."""
    is_here = path.parent == Path(settings.CHECKPOINT_DIR)
    return path.stem.removeprefix("heads-") if is_here else ""


def of_day(day: date) -> bytes | None:
    """Return what stands in the day's file, or None. Raise OSError."""
    path = path_of(day)
    return path.read_bytes() if path.exists() else None


def keep(day: date, content: bytes) -> bytes:
    """Write the day's file, whole or not at all, and return what stands in it.

    A file that is there already stays, also if it appeared at this very moment. Raise OSError.
    """
    path = path_of(day)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    return path.read_bytes()
