"""What a prescriber knows: hashed, then sealed. Nobody can read it back."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.low_level import Type
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from accounts.models import KnowledgeFactor, User
from epcs_portal.rows import one_or_none
from epcs_portal.sealing import SealBroken

_HASHER = PasswordHasher(
    memory_cost=settings.ARGON2_MEMORY,
    time_cost=settings.ARGON2_PASSES,
    parallelism=settings.ARGON2_LANES,
    type=Type.ID,
)
# What is compared when there is nothing to compare with, so that it takes as long.
_NOBODYS = _HASHER.hash(secrets.token_urlsafe())


class Knowledge(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    NOT_SET = "not-set"
    UNREADABLE = "unreadable"  # the sealed hash does not open: somebody altered the database


@sensitive_variables("secret")
def hash_of(secret: str) -> bytes:
    """Return the Argon2id hash. It takes about 20 ms: call it before a transaction opens."""
    return _HASHER.hash(secret).encode()


@sensitive_variables("secret", "known")
def check(*, user: User, kind: KnowledgeFactor.Kind, secret: str) -> Knowledge:
    """Compare after the same work whatever the answer, none being set included.

    It takes about 20 ms: call it before a transaction opens. The caller counts the attempt
    before anybody is told, and makes sure that the factor did not change meanwhile.
    """
    factor = one_or_none(KnowledgeFactor.objects.filter(user=user, kind=kind))
    known, otherwise = _NOBODYS, Knowledge.NOT_SET
    if factor is not None:
        try:
            known, otherwise = factor.take().decode(), Knowledge.WRONG
        except (SealBroken, UnicodeDecodeError):
            otherwise = Knowledge.UNREADABLE
    try:
        _HASHER.verify(known, secret)
    except VerifyMismatchError:
        return otherwise
    except (InvalidHashError, VerificationError):
        return Knowledge.UNREADABLE
    return Knowledge.RIGHT if otherwise is Knowledge.WRONG else otherwise


def store(*, user: User, kind: KnowledgeFactor.Kind, hashed: bytes, at: datetime) -> None:
    """Keep a new PIN or password. The one before is dead at once."""
    factor = one_or_none(KnowledgeFactor.objects.filter(user=user, kind=kind))
    factor = factor or KnowledgeFactor(user=user, kind=kind)
    factor.set_at = at
    factor.put(hashed)
    factor.save()
