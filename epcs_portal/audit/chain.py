"""The arithmetic of the chain: an event's text, and the hash that ties it to the one before.

Pure, so that an auditor can repeat it with the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

VERSION = 1
GENESIS = "0" * 64  # what the first event of every chain is tied to


def canonical(fields: Mapping[str, Any]) -> str:
    """Return the one text that stands for ``fields``.

    JSON in ASCII, keys sorted, no blanks; times in UTC with microseconds, whatever zone they
    came in. Refuses (TypeError, ValueError) what has no single spelling: floats, naive times.
    """
    return json.dumps(
        {**_plain(fields), "v": VERSION}, sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )


def link(previous_hash: str, text: str) -> str:
    """Return the SHA-256, in hex, of the previous event's hash, a line feed, and the text."""
    return hashlib.sha256(f"{previous_hash}\n{text}".encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case None | str() | int():
            return value
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case datetime():
            raise ValueError("A time on the audit trail needs a time zone.")
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case _:
            raise TypeError(f"The audit trail has no spelling for {type(value).__name__}.")
