"""Amounts are integer cents. Pure."""

from __future__ import annotations


def dollars(cents: int) -> str:
    """Return ``$35.00``."""
    return f"${cents // 100:,}.{cents % 100:02}"
