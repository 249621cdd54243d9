"""The reference people read out on the phone: ``RX-7F3A-20418``."""

from __future__ import annotations

import re
import secrets

REFERENCE = re.compile(r"RX-[0-9A-F]{4}-[0-9]{5}")


def draw() -> str:
    """Return a new reference: one of six thousand million, drawn so that none tells the next."""
    return f"RX-{secrets.randbelow(1 << 16):04X}-{secrets.randbelow(100_000):05}"
