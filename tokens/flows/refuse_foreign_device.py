"""Somebody asked for a token or phone that is not theirs. They are told that there is none."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens.models import BackupPhone, HardToken, SoftToken

if TYPE_CHECKING:
    from accounts.models import User


def refuse_foreign_device(*, person: User, device_id: UUID, at: datetime) -> None:
    """Put the attempt on the trail (21 CFR 1311.150(a)(1)), if there is such a device at all."""
    kinds = {"hard token": HardToken, "Mobile ID": SoftToken, "backup phone": BackupPhone}
    for kind, model in kinds.items():
        if not model._default_manager.exclude(user=person).filter(pk=device_id).exists():
            continue
        with audited_transaction() as trail:
            subject = f"{kind} of another person"
            trail.record(Event.ACCESS_DENIED, person=person, actor=person, subject=subject, at=at)
