"""Reading what a person has set: their own, and nobody else's."""

from __future__ import annotations

from accounts.models import KnowledgeFactor, User
from epcs_portal.rows import one_or_none


def pin_of(owner: User) -> KnowledgeFactor | None:
    """Return the row of the owner's EPCS PIN without its sealed hash, or None if none is set."""
    factors = KnowledgeFactor.objects.filter(user=owner, kind=KnowledgeFactor.Kind.PIN)
    return one_or_none(factors.defer("sealed"))
