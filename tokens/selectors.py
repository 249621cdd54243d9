"""Reading tokens: a person's own, and nobody else's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tokens.models import EnrollmentGrant, HardToken

if TYPE_CHECKING:
    from accounts.models import User


def hard_tokens_of(owner: User) -> QuerySet[HardToken]:
    """Return the owner's live hard tokens: at most one."""
    return HardToken.live().filter(user=owner).select_related("seed_record", "user__membership")


def hard_token_of(owner: User) -> HardToken | None:
    return hard_tokens_of(owner).first()


def open_grant_of(person: User, *, at: datetime) -> EnrollmentGrant | None:
    """Return the enrollment grant under which the person may add first factors now."""
    grants = EnrollmentGrant.objects.filter(user=person, given_at__lte=at, expires_at__gt=at)
    return grants.order_by("-expires_at").first()
