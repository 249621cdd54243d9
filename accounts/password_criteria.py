"""Which EPCS passwords may be chosen: long ones that nobody would try first (rules C-18).

Any character, in any mixture; SP 800-63B section 3.1.1.2 allows no other demand. Nothing here
reads the database or repeats what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.views.decorators.debug import sensitive_variables

from accounts.knowledge import normalized
from accounts.models import KnowledgeFactor

if TYPE_CHECKING:
    from accounts.models import User

SHORTEST, LONGEST = settings.EPCS_PASSWORD_SHORTEST, settings.EPCS_PASSWORD_LONGEST
ALIKE = 0.7  # as Django's UserAttributeSimilarityValidator has it
SHORTEST_NAME = 3  # characters: a shorter one is in many words
WORTH = 8  # characters that must be left without the person's own names
FEW = 3  # characters before or after a common password that make no other of it
FEW_SIGNS = 6  # the same of digits and signs
_APART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``text`` stands on the list of rules, ``sentence`` is told to who broke it."""

    name: str
    text: str
    sentence: str


LONG_ENOUGH = Rule(
    name="long-enough",
    text=f"At least {SHORTEST} characters. A few unrelated words work well",
    sentence=(
        f"The password is too short. Choose one with at least {SHORTEST} characters; a few "
        "unrelated words work well."
    ),
)
NOT_TOO_LONG = Rule(
    name="not-too-long",
    text=f"No more than {LONGEST} characters, of any kind",
    sentence=f"The password is too long. Choose one with no more than {LONGEST} characters.",
)
NOT_COMMON = Rule(
    name="not-common",
    text="Not a commonly used or leaked password",
    sentence=(
        "This password appears in a list of leaked passwords, or is nearly one of them, so it is "
        "easy to guess. Choose one you have not used anywhere else."
    ),
)
NOT_NAMED = Rule(
    name="not-named",
    text="Not your name, username or practice name",
    sentence=(
        "This password is mostly your name, your username or the name of your practice, so it is "
        "easy to guess. Choose other words."
    ),
)
NOT_SIGN_IN = Rule(
    name="not-sign-in",
    text="Not the password you sign in with",
    sentence=(
        "You sign in with this password already. Choose another one, so that who learns the one "
        "does not know the other."
    ),
)
NOT_FORMER = Rule(
    name="not-former",
    text="Not your last EPCS password",
    sentence="This was your last EPCS password. Choose one that is new.",
)
# What can be said without comparing; the other two take Argon2 and are for the flow.
AT_ONCE = (LONG_ENOUGH, NOT_TOO_LONG, NOT_COMMON, NOT_NAMED)
RULES = (*AT_ONCE, NOT_SIGN_IN, NOT_FORMER)


@sensitive_variables()
def broken_rules(candidate: str, *, own: Collection[str] = ()) -> list[Rule]:
    """Return the rules that a candidate breaks, in the order of the list; none if it is allowed.

    ``own``: the names that stand for this person, see ``names_of``.
    """
    password = normalized(candidate, KnowledgeFactor.Kind.PASSWORD)
    kept = {
        # One character may become several by the normalization, which makes it no longer.
        LONG_ENOUGH: min(len(candidate), len(password)) >= SHORTEST,
        NOT_TOO_LONG: len(password) <= LONGEST,
        NOT_COMMON: not _is_common(password),
        # Comparing takes long with very long ones, which are refused anyway.
        NOT_NAMED: len(password) > LONGEST or not _is_named(_plain(password), own),
    }
    return [rule for rule in AT_ONCE if not kept[rule]]


def names_of(user: User) -> frozenset[str]:
    """Return the names of a person and of their practice, in small letters and without spaces."""
    first, last, practice = user.first_name, user.last_name, user.practice
    texts = [user.username, user.email.partition("@")[0], first, last, first + last, last + first]
    if practice is not None:
        texts += [practice.name, *_APART.split(practice.name)]
    names = {_plain(normalized(text, KnowledgeFactor.Kind.PASSWORD)) for text in texts}
    return frozenset(name for name in names if len(name) >= SHORTEST_NAME)


def _plain(text: str) -> str:
    return _APART.sub("", text.lower())


def _is_common(password: str) -> bool:
    """Whether it is on the list, also without spaces, repeated, or with a little around it; or one
    row of characters, each the next of the one before."""
    small = password.lower()
    dense = re.sub(r"\s+", "", small)
    word, unit = _word(dense), _repeated(dense)
    forms = {small.strip(), dense, _plain(small), unit}
    forms |= {part for k in range(1, FEW + 1) for part in (dense[:-k], dense[k:])}
    if len(dense) - len(word) <= FEW_SIGNS:
        forms.add(word)
    is_row = len({ord(after) - ord(before) for before, after in pairwise(dense)}) <= 1
    return is_row or len(unit) < SHORTEST // 2 or not forms.isdisjoint(_common())


def _word(text: str) -> str:
    """Return it without the digits and signs before its first and after its last letter."""
    letters = [place for place, character in enumerate(text) if character.isalpha()]
    return text[letters[0] : letters[-1] + 1] if letters else ""


def _repeated(text: str) -> str:
    """Return what the text repeats: of "abcabcabc" it is "abc", of most it is all of it."""
    return text[: (text + text).find(text, 1)] if text else ""


def _is_named(plain: str, own: Collection[str]) -> bool:
    if any(SequenceMatcher(a=plain, b=name, autojunk=False).ratio() >= ALIKE for name in own):
        return True
    left = plain
    for name in sorted(own, key=len, reverse=True):
        left = left.replace(name, "")
    return left != plain and len(left) < WORTH


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
