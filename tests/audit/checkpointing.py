"""Making checkpoints, as the worker does every day."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from epcs_portal.checkpoints.flows.sign_heads import sign_heads

DAY = dt.timedelta(days=1)
START = timezone.now()  # one moment for all tests: a day may end while they run


def checkpoint(*, in_days: int = 0) -> Path:
    """Make the checkpoint of a day, and return its file."""
    at = START + in_days * DAY
    assert sign_heads(at=at)
    return file_of(at)


def file_of(at: dt.datetime) -> Path:
    return Path(settings.CHECKPOINT_DIR) / f"heads-{at.astimezone(dt.UTC).date()}.json"


def parts_of(file: Path) -> dict[str, Any]:
    parts: dict[str, Any] = json.loads(file.read_text())
    return parts
