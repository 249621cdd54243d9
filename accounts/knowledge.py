"""What a prescriber knows: hashed, then sealed. Nobody can read it back."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.low_level import Type
from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.views.decorators.debug import sensitive_variables

from accounts.models import KnowledgeFactor, SigningState, User
from epcs_portal.compiled import Select
from epcs_portal.sealing import SealBroken

_HASHER = PasswordHasher(
    memory_cost=settings.ARGON2_MEMORY,
    time_cost=settings.ARGON2_PASSES,
    parallelism=settings.ARGON2_LANES,
    type=Type.ID,
)
Kind = KnowledgeFactor.Kind
PASSWORDS = {Kind.PASSWORD, Kind.FORMER}
_GENERATION = SigningState.objects.filter(user=OuterRef("user")).values("generation")
_FACTOR = Select(
    lambda user, kind: KnowledgeFactor.objects.filter(user=user, kind=kind).annotate(
        generation=Coalesce(Subquery(_GENERATION), 0)
    )
)
# What is compared when there is nothing to compare with, so that it takes as long.
_NOBODYS = _HASHER.hash(secrets.token_urlsafe())


class Knowledge(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    NOT_SET = "not-set"
    UNREADABLE = "unreadable"  # the sealed hash does not open: somebody altered the database


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a comparison, and the generation of the signing state it was made in.

    None where there was nothing to compare with.
    """

    known: Knowledge
    generation: int | None


@sensitive_variables("secret")
def normalized(secret: str, kind: Kind) -> str:
    """Return what is hashed: of a password NFKC, so that one character is one however a keyboard
    writes it (SP 800-63B section 3.1.1.2). Nothing is cut off, and no space is dropped."""
    return unicodedata.normalize("NFKC", secret) if kind in PASSWORDS else secret


@sensitive_variables("secret")
def hash_of(secret: str, kind: Kind = Kind.PIN) -> bytes:
    """Return the Argon2id hash. It takes about 20 ms: call it before a transaction opens."""
    return _HASHER.hash(normalized(secret, kind)).encode()


@sensitive_variables("secret")
def check(*, user: User, kind: Kind, secret: str) -> Compared:
    """Compare after the same work whatever the answer, none being set included.

    It takes about 20 ms: call it before a transaction opens. The caller counts the attempt
    before anybody is told, and makes sure that the generation did not grow meanwhile.
    """
    factor = _FACTOR.one_or_none(user=user.pk, kind=str(kind))
    generation = getattr(factor, "generation", None)  # annotated
    return Compared(_compare(factor, normalized(secret, kind)), generation)


@sensitive_variables("secret", "known")
def _compare(factor: KnowledgeFactor | None, secret: str) -> Knowledge:
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


def retire_password(user: User) -> None:
    """From now on the password proves nothing: it is kept only so that the next one is another.

    The person's signing state must be locked.
    """
    password = _FACTOR.one_or_none(user=user.pk, kind=str(Kind.PASSWORD))
    if password is None:
        return
    try:
        hashed = password.take()
    except SealBroken:  # nothing can be compared with it
        password.delete()
        return
    KnowledgeFactor.objects.filter(user=user, kind=Kind.FORMER).delete()
    password.kind = Kind.FORMER  # which is part of the seal's label
    password.put(hashed)
    password.save()


def forget(user: User) -> None:
    """Delete the PIN, and let the password be the former one: none is set, and none is right."""
    KnowledgeFactor.objects.filter(user=user, kind=Kind.PIN).delete()
    retire_password(user)


def store(*, user: User, kind: Kind, hashed: bytes, at: datetime) -> None:
    """Keep a new PIN or password. The one before is dead at once."""
    stored = _FACTOR.one_or_none(user=user.pk, kind=str(kind))
    factor: KnowledgeFactor = stored or KnowledgeFactor(user=user, kind=kind)
    factor.set_at = at
    factor.put(hashed)
    factor.save()
