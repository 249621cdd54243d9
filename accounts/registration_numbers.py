"""Check digits of NPI and DEA numbers. A right check digit proves nothing about validity."""

from __future__ import annotations

import re

_NPI = re.compile(r"[12][0-9]{9}")
_DEA = re.compile(r"[ABFGM][A-Z9][0-9]{7}")  # practitioners and mid-level; X was withdrawn in 2022


def is_npi(number: str) -> bool:
    """Return whether the ten digits pass the Luhn check over ``80840`` and the number.

    >>> is_npi("1234567893")
    True
    """
    if not _NPI.fullmatch(number):
        return False
    total = 0
    for position, digit in enumerate(reversed("80840" + number)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_dea_number(number: str) -> bool:
    """Return whether two letters and seven digits pass DEA's check digit.

    >>> is_dea_number("AP5836727")
    True
    """
    if not _DEA.fullmatch(number):
        return False
    d = [int(digit) for digit in number[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]
