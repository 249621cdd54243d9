"""A quantity in words, beside its figures, so that a slip of one digit is seen. Pure.

The libraries that do this cost 1.7 s at every start, or stand on a package nobody maintains;
the tests hold one of them against every number here.
"""

from __future__ import annotations

MOST = 9_999

_SMALL = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """Return ``one hundred twenty-five`` for 125. Refuses (ValueError) what is not 0 to 9999."""
    if not 0 <= number <= MOST:
        raise ValueError(f"A quantity is written in words from 0 to {MOST}.")
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
    value, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    many, rest = divmod(number, value)
    return f"{_SMALL[many]} {name}" + (f" {in_words(rest)}" if rest else "")
