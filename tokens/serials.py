"""The serial number on a hard token's back, as OATH token identifiers are written. Pure."""

from __future__ import annotations

import re

LENGTH = 12
_SERIAL = re.compile(r"[A-Z0-9]{4}[0-9]{8}")
_BLANKS_AND_HYPHENS = re.compile(r"[\s\u2010-\u2013-]")


def plain_serial(typed: str) -> str:
    """Return what was typed without blanks and hyphens, in capitals.

    Letters that are not ASCII stay as they are: some turn into ASCII ones when capitalized.
    """
    bare = _BLANKS_AND_HYPHENS.sub("", typed)
    return bare.upper() if bare.isascii() else bare


def is_serial(serial: str) -> bool:
    """Return whether it is four letters or digits and eight digits, such as GALH12345678."""
    return _SERIAL.fullmatch(serial) is not None
