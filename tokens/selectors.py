"""Reading tokens: a person's own, and nobody else's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from epcs_portal.rows import one_or_none
from tokens.models import EnrollmentGrant, HardToken

if TYPE_CHECKING:
    from accounts.models import User


def hard_tokens_of(owner: User) -> QuerySet[HardToken]:
    """Return the owner's live hard tokens: at most one."""
    return HardToken.live().filter(user=owner).select_related("seed_record")


def hard_token_of(owner: User) -> HardToken | None:
    return _own(owner, hard_tokens_of(owner))


def hard_token_by_id(owner: User, token_id: UUID) -> HardToken | None:
    return _own(owner, hard_tokens_of(owner).filter(pk=token_id))


def open_grant_of(person: User, *, at: datetime) -> EnrollmentGrant | None:
    """Return the enrollment grant under which the person may add first factors now."""
    grants = EnrollmentGrant.objects.filter(user=person, given_at__lte=at, expires_at__gt=at)
    return grants.order_by("-expires_at").first()


def _own(owner: User, tokens: QuerySet[HardToken]) -> HardToken | None:
    token = one_or_none(tokens)
    if token is not None:
        token.user = owner  # as they are loaded already
    return token
