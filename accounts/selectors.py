"""Reading what a person has set: their own, and nobody else's."""

from __future__ import annotations

from accounts.models import KnowledgeFactor, User


def pin_of(owner: User) -> KnowledgeFactor | None:
    """Return the row of the owner's EPCS PIN without its sealed hash, or None if none is set."""
    factors = KnowledgeFactor.objects.filter(user=owner, kind=KnowledgeFactor.Kind.PIN)
    return factors.defer("sealed").first()
