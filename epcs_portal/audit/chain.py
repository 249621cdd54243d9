"""The arithmetic of the chain: an event's text, and the hash that ties it to the one before.

Pure, so that an auditor can repeat it with the standard library alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from epcs_portal import canonical as spelling

VERSION = 1
GENESIS = "0" * 64  # what the first event of every chain is tied to


def canonical(fields: Mapping[str, Any]) -> str:
    """Return the one text that stands for an event's ``fields``; see ``epcs_portal.canonical``."""
    return spelling.canonical({**fields, "v": VERSION})


def link(previous_hash: str, text: str) -> str:
    """Return the SHA-256, in hex, of the previous event's hash, a line feed, and the text."""
    return hashlib.sha256(f"{previous_hash}\n{text}".encode("ascii")).hexdigest()
