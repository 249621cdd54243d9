"""The number people call an order by: ``EP-48210375``."""

from __future__ import annotations

import re
import secrets

NUMBER = re.compile(r"EP-[0-9]{8}")


def draw() -> str:
    """Return a new number, drawn so that none tells how many there are, or the next."""
    return f"EP-{secrets.randbelow(100_000_000):08}"
