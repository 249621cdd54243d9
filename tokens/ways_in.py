"""What still lets a person in, and lets them sign, if one of their factors were gone.

A token or phone that was reported, a token that is held or expired, and a Mobile ID that its phone
gave up are no way in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tokens import selectors
from tokens.models import BackupPhone, Condition, OathToken, SoftToken

if TYPE_CHECKING:
    from accounts.models import User

_SHUT = {Condition.REPORTED, Condition.EXPIRED, Condition.HELD}


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysIn:
    """Tokens sign and let in, phones only let in."""

    tokens: Sequence[OathToken]
    phones: Sequence[BackupPhone]

    def __bool__(self) -> bool:
        return bool(self.tokens or self.phones)

    def without(self, *gone: OathToken | BackupPhone) -> WaysIn:
        """Return what would be left without these."""
        keys = {factor.pk for factor in gone}
        return WaysIn(
            tokens=[token for token in self.tokens if token.pk not in keys],
            phones=[phone for phone in self.phones if phone.pk not in keys],
        )


def ways_in_of(person: User, *, at: datetime) -> WaysIn:
    return WaysIn(
        tokens=[token for token in selectors.tokens_of(person) if is_way_in(token, at=at)],
        phones=selectors.active_phones_of(person),
    )


def is_way_in(token: OathToken, *, at: datetime) -> bool:
    """Whether it verifies, now or when a lock of some minutes is over."""
    is_left = isinstance(token, SoftToken) and selectors.was_left(token)
    return not is_left and token.condition(at) not in _SHUT


def is_last(factor: OathToken | BackupPhone, *, at: datetime) -> bool:
    """Whether nothing would let its owner in without it: no token, no phone, no grant.

    For the flow that removes it, which has locked the person (``approvals.lock_person``).
    """
    ways = ways_in_of(factor.user, at=at)
    if not ways or ways.without(factor):
        return False
    return selectors.open_grant_of(factor.user, at=at) is None
