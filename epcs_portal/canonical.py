"""The one text that stands for a set of fields, so that it can be hashed or signed.

Pure, so that an auditor can repeat it with the standard library alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


def canonical(fields: Mapping[str, Any]) -> str:
    """Return the one text that stands for ``fields``.

    JSON in ASCII, keys sorted, no blanks; times in UTC with microseconds, whatever zone they
    came in. Refuses (TypeError, ValueError) what has no single spelling: floats, naive times.
    """
    return json.dumps(_plain(fields), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _plain(value: Any) -> Any:
    match value:
        case None | str() | int():
            return value
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case datetime():
            raise ValueError("A time in a canonical text needs a time zone.")
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case _:
            raise TypeError(f"There is no canonical spelling for {type(value).__name__}.")
