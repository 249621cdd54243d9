"""Reading tokens: a person's own, and nobody else's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from epcs_portal.compiled import Select
from tokens.models import EnrollmentGrant, HardToken

if TYPE_CHECKING:
    from accounts.models import User


# At most one: a person holds no more than one live hard token.
_HARD_TOKEN = Select(
    lambda owner: HardToken.live().filter(user=owner).select_related("seed_record")
)


def hard_token_of(owner: User) -> HardToken | None:
    token = _HARD_TOKEN.one_or_none(owner=owner.pk)
    if token is not None:
        token.user = owner  # as they are loaded already
    return token


def hard_token_by_id(owner: User, token_id: UUID) -> HardToken | None:
    token = hard_token_of(owner)
    return token if token is not None and token.pk == token_id else None


def open_grant_of(person: User, *, at: datetime) -> EnrollmentGrant | None:
    """Return the enrollment grant under which the person may add first factors now."""
    grants = EnrollmentGrant.objects.filter(user=person, given_at__lte=at, expires_at__gt=at)
    return grants.order_by("-expires_at").first()
