"""Ending a factor: removed for a reason, or reported lost. Inside the caller's transaction.

The person is locked first (``approvals.lock_person``). Rows are never deleted: what was ever bound
stays on record (SP 800-63B section 4.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from epcs_portal.audit.events import Event
from tokens import mobile_ids, out_of_band, phones, selectors
from tokens.models import BackupPhone, HardToken, OathToken, SecurityNotice, SoftToken, StepUp

if TYPE_CHECKING:
    from accounts.models import User

Factor = OathToken | BackupPhone


REMOVED: dict[type[Factor], tuple[Event, SecurityNotice.Change]] = {
    HardToken: (Event.TOKEN_REMOVED, SecurityNotice.Change.TOKEN_REMOVED),
    SoftToken: (Event.MOBILE_ID_REMOVED, SecurityNotice.Change.MOBILE_ID_REMOVED),
    BackupPhone: (Event.PHONE_REMOVED, SecurityNotice.Change.PHONE_REMOVED),
}


def lock_all(user: User) -> None:
    """Lock all that ends at once, in the order in which everybody does: tokens, then codes.

    Who verifies with a token opens phone codes after it; who confirms a phone ends step-ups last.
    """
    for kind in (HardToken, SoftToken):
        # On SQLite the lock is a no-op: there the transaction itself is exclusive.
        list(kind.live().filter(user=user).select_for_update(no_key=True))
    out_of_band.lock_person(user)


def take_away(factor: Factor, *, reason: str, detail: str = "", at: datetime) -> bool:
    """End the factor and all it had proven. Of two requests one does it."""
    if isinstance(factor, SoftToken):
        return mobile_ids.take_away(factor, reason=reason, detail=detail, at=at)
    if isinstance(factor, BackupPhone):
        out_of_band.lock_person(factor.user)  # before its row, as who confirms it does
        is_done = phones.take_away(factor, reason=reason, detail=detail, at=at)
        _void(factor, at=at)
        return is_done
    removed = HardToken.Status.REMOVED
    rows = HardToken.live().filter(pk=factor.pk)
    is_done = bool(rows.update(status=removed, removed_at=at, reason=reason, detail=detail))
    _void(factor, at=at)
    return is_done


def report(factor: Factor, *, at: datetime) -> None:
    """From now on it verifies nothing, whoever has it. Its owner removes it later.

    All of the person's are locked (``lock_all``): it may be one of several on a smartphone.
    """
    rows = type(factor)._default_manager.filter(pk=factor.pk, reported_at=None)
    rows.exclude(status="removed").update(status="reported", reported_at=at)
    if isinstance(factor, SoftToken):
        mobile_ids.close_phone(factor, at=at)
    _void(factor, at=at)


def ended_at(user: User, at: datetime) -> list[Factor]:
    """Return what was reported or removed at this very moment, in one transaction."""
    then = Q(reported_at=at) | Q(removed_at=at)
    hard = HardToken.objects.filter(then, user=user).select_related("seed_record")
    soft = SoftToken.objects.filter(then, user=user)
    return [*hard, *soft, *BackupPhone.objects.filter(then, user=user)]


def with_same_phone(factor: Factor) -> Iterator[Factor]:
    """Yield the factor, and what else is on the same smartphone: who has one has the other."""
    yield factor
    number = getattr(factor, "number", None)
    if isinstance(factor, SoftToken):
        yield from (each for each in selectors.phones_of(factor.user) if each.number == number)
    elif isinstance(factor, BackupPhone):
        mobile = selectors.mobile_id_of(factor.user)
        if mobile is not None and mobile.number == number:
            yield mobile


def _void(factor: Factor, *, at: datetime) -> None:
    """End what it had proven, in every session, and the codes that were sent to it."""
    proven = StepUp.objects.filter(ended_at=None)
    if isinstance(factor, BackupPhone):
        out_of_band.void_codes(factor, at=at)
        proven = proven.filter(backup_phone=factor)
    else:
        column = "soft_token" if isinstance(factor, SoftToken) else "hard_token"
        proven = proven.filter(**{column: factor})
    proven.update(ended_at=at)
