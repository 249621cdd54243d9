"""The HOTP algorithm, RFC 4226 section 5, with the hashes RFC 6238 adds to it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Literal, get_args

Algorithm = Literal["sha1", "sha256", "sha512"]


def hotp(key: bytes, moving_factor: int, digits: int = 6, algorithm: Algorithm = "sha1") -> str:
    """Return the one-time password for one value of the moving factor.

    Any number of digits but 6, 7 and 8 (RFC 4226 section 5.3), and any other hash
    than those of RFC 6238 section 1.2, is a ValueError.

    >>> hotp(b"12345678901234567890", 0)
    '755224'
    """
    require_supported(digits, algorithm)
    return passwords(key, [moving_factor], digits, algorithm)[0]


def passwords(
    key: bytes, moving_factors: Iterable[int], digits: int, algorithm: Algorithm
) -> list[str]:
    """Return the passwords for many moving factors, in their order."""
    # The key enters the hash once and the copies inherit it: a quarter less work than
    # an HMAC from the start each time, over the thousand presses of a search.
    keyed = hmac.new(key, digestmod=algorithm)
    found = []
    for moving_factor in moving_factors:
        mac = keyed.copy()
        mac.update(moving_factor.to_bytes(8, "big"))
        found.append(_truncate(mac.digest(), digits))
    return found


def require_supported(digits: int, algorithm: str) -> None:
    """Raise ValueError unless the two RFCs know such a token."""
    if digits not in (6, 7, 8):
        raise ValueError(f"A one-time password has 6, 7 or 8 digits, not {digits}.")
    if algorithm not in get_args(Algorithm):
        raise ValueError(f"No one-time password is made with {algorithm}.")


def _truncate(digest: bytes, digits: int) -> str:
    """Dynamic truncation, RFC 4226 section 5.3."""
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)
