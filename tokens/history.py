"""Reading what was: factors that were removed stay on record."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tokens.models import BackupPhone, HardToken, SoftToken

if TYPE_CHECKING:
    from accounts.models import User


def hard_token_ever(owner: User, token_id: UUID) -> HardToken | None:
    """Return the owner's hard token, also a removed one: a second click still gets its answer."""
    tokens = HardToken.objects.filter(user=owner, pk=token_id).select_related("seed_record")
    token = tokens.first()
    if token is not None:
        token.user = owner
    return token


def last_removed_hard_token_of(owner: User) -> HardToken | None:
    removed = HardToken.objects.filter(user=owner, status=HardToken.Status.REMOVED)
    return removed.select_related("seed_record").order_by("-removed_at").first()


def mobile_id_by_id(owner: User, token_id: UUID) -> SoftToken | None:
    """Return the owner's Mobile ID, also a removed one: a second click still gets its answer."""
    token = SoftToken.objects.filter(user=owner, pk=token_id).select_related("seed").first()
    if token is not None:
        token.user = owner
    return token


def last_removed_phone_of(owner: User) -> BackupPhone | None:
    removed = BackupPhone.objects.filter(user=owner, confirmed_at__isnull=False)
    return removed.filter(status=BackupPhone.Status.REMOVED).order_by("-removed_at").first()


def last_removed_mobile_id_of(owner: User) -> SoftToken | None:
    removed = SoftToken.objects.filter(user=owner, status=SoftToken.Status.REMOVED)
    return removed.order_by("-removed_at").first()
