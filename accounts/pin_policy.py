"""Which EPCS PINs may be chosen: 8,978 of the 10,000 by the article's rules, and of these none that
is easy to guess. Arithmetic only; it knows nobody's PIN."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise

_FOUR_DIGITS = re.compile(r"[0-9]{4}")  # [0-9]: the other class takes digits of other scripts


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``text`` stands on the list of rules, ``sentence`` is told to who broke it.

    The others are asked only about 4 digits.
    """

    name: str
    text: str
    sentence: str
    is_kept_by: Callable[[str], bool]


def _is_four_digits(pin: str) -> bool:
    return _FOUR_DIGITS.fullmatch(pin) is not None


def _is_in_sequence(pin: str) -> bool:
    """Whether each digit is one more, or each is one less, than the one before.

    After 9 nothing follows: 7890 is in no sequence.
    """
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps in ({1}, {-1})


FOUR_DIGITS = Rule(
    name="four-digits",
    text="4 digits",
    sentence="The PIN must be 4 digits.",
    is_kept_by=_is_four_digits,
)
NOT_FROM_ZERO = Rule(
    name="not-from-zero",
    text="Does not start with 0",
    sentence="A PIN can't start with 0. Choose 4 digits starting with 1 to 9.",
    is_kept_by=lambda pin: pin[0] != "0",
)
NOT_REPEATED = Rule(
    name="not-repeated",
    text="Not the same digit repeated, like 1111",
    sentence=(
        "That PIN repeats one digit, so it is easy to guess. "
        "Choose 4 digits that are not all the same."
    ),
    is_kept_by=lambda pin: len(set(pin)) > 1,
)
NOT_IN_SEQUENCE = Rule(
    name="not-in-sequence",
    text="Not in sequence, like 1234 or 4321",
    sentence=(
        "That PIN is in sequence, so it is easy to guess. "
        "Choose 4 digits that don't follow each other."
    ),
    is_kept_by=lambda pin: not _is_in_sequence(pin),
)
ARTICLE = (FOUR_DIGITS, NOT_FROM_ZERO, NOT_REPEATED, NOT_IN_SEQUENCE)

# Down the middle of a keypad, and the commonest that the article's rules let through.
COMMON = {"2580", "1212"}
# Of a prescriber: we don't know whose year it is, and neither does who tries them all.
BIRTH_YEARS = range(1930, 2010)
NOT_EASY = Rule(
    name="not-easy",
    text=(
        "Not easy to guess: no birth year, not 2580 or 1212, not the last 4 digits of your phone, "
        "DEA or NPI number"
    ),
    sentence=(
        "That PIN is easy to guess. Choose 4 digits that are no birth year, not 2580 or 1212, and "
        "not the last 4 digits of your phone, DEA or NPI number."
    ),
    is_kept_by=lambda pin: pin not in COMMON and int(pin) not in BIRTH_YEARS,
)
RULES = (*ARTICLE, NOT_EASY)


def broken_rules(candidate: str, *, own: Collection[str] = ()) -> list[Rule]:
    """Return the rules that a candidate breaks, in the order of the list; none if it is allowed.

    ``own``: four digits each, of numbers that are this person's. What is not 4 digits breaks that
    rule, and nothing is said of the others.
    """
    if not FOUR_DIGITS.is_kept_by(candidate):
        return [FOUR_DIGITS]
    broken = [rule for rule in ARTICLE if not rule.is_kept_by(candidate)]
    if candidate in own or not NOT_EASY.is_kept_by(candidate):
        broken.append(NOT_EASY)
    return broken
