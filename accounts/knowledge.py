"""Storing what a prescriber knows: hashed, then sealed. Nobody can read it back."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.low_level import Type
from django.conf import settings

from accounts.models import KnowledgeFactor, User

_HASHER = PasswordHasher(
    memory_cost=settings.ARGON2_MEMORY,
    time_cost=settings.ARGON2_PASSES,
    parallelism=settings.ARGON2_LANES,
    type=Type.ID,
)


def hash_of(secret: str) -> bytes:
    """Return the Argon2id hash. It takes about 20 ms: call it before a transaction opens."""
    return _HASHER.hash(secret).encode()


def store(*, user: User, kind: KnowledgeFactor.Kind, hashed: bytes, at: datetime) -> None:
    """Keep a new PIN or password. The one before is dead at once."""
    factor = KnowledgeFactor.objects.filter(user=user, kind=kind).first()
    factor = factor or KnowledgeFactor(user=user, kind=kind)
    factor.set_at = at
    factor.put(hashed)
    factor.save()
