"""What stands in an access change: the one text that a second person is shown, and its digest.

Pure, so that an auditor can repeat it with the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from epcs_portal.canonical import canonical

FORMAT = 1  # of the text


def text_of(facts: Mapping[str, Any]) -> str:
    """Return the text that stands for these facts: texts, whole numbers, times, and lists of
    such mappings."""
    return canonical({"format": FORMAT, **facts})


def digest_of(text: str) -> str:
    """Return the SHA-256 of the text, in hex."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def facts_in(text: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(text)
    return facts
