"""Every state a factor can be in, as rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from tests import factories
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.phones import a_backup_phone
from tokens.models import (
    BackupPhone,
    HardToken,
    MobileDevice,
    OathToken,
    PhoneCodes,
    SeedRecord,
    SoftToken,
)


def columns_of(state: str) -> dict[str, Any]:
    """What the row of a token or phone says in this state."""
    now = timezone.now()
    locked = {"failures": 5, "locked_until": now + timedelta(minutes=15)}
    return {
        "active": {},
        "phone-bound": {"is_phone_bound": True},
        "out of step": {"out_of_step_at": now},
        "locked": locked,
        "held": {**locked, "held_at": now},
        "reported": {"status": "reported", "reported_at": now},
        "removed": {"status": "removed", "removed_at": now, "reason": "broken"},
        "pending": {"status": "pending", "confirmed_at": None},
    }[state]


def comes_to(factor: OathToken | BackupPhone, state: str) -> None:
    """Let it be so from now on."""
    if isinstance(factor, HardToken) and state == "expired":
        rows = SeedRecord.objects.filter(pk=factor.seed_record_id)
        rows.update(expires_at=timezone.now() - timedelta(days=1))
    elif isinstance(factor, SoftToken) and state == "left":
        now = timezone.now()
        MobileDevice.objects.filter(soft_token=factor).update(left_at=now, closed_at=now)
    elif isinstance(factor, BackupPhone) and state.startswith("codes "):
        PhoneCodes.objects.create(user=factor.user, **columns_of(state.removeprefix("codes ")))
    else:
        type(factor)._default_manager.filter(pk=factor.pk).update(**columns_of(state))
        if state in {"reported", "removed"} and isinstance(factor, SoftToken):
            devices = MobileDevice.objects.filter(soft_token=factor)
            devices.update(closed_at=timezone.now())


def a_factor(user: User, kind: str, state: str = "active") -> OathToken | BackupPhone:
    """A hard token, Mobile ID or backup phone in this state."""
    factor: OathToken | BackupPhone
    if kind == "hard":
        factor, _fob = factories.a_hard_token(user)
    elif kind == "mobile":
        a_mobile_id(user)
        factor = SoftToken.live().get(user=user)
    else:
        factor = a_backup_phone(user)
    comes_to(factor, state)
    return factor
