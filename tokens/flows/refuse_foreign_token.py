"""Somebody asked for a token that is not theirs. They are told that it does not exist."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens.models import HardToken

if TYPE_CHECKING:
    from accounts.models import User


def refuse_foreign_token(*, person: User, token_id: UUID, at: datetime) -> None:
    """Put the attempt on the trail (21 CFR 1311.150(a)(1)), if such a token exists at all."""
    token = HardToken.objects.exclude(user=person).filter(pk=token_id).first()
    if token is None:
        return
    with audited_transaction() as trail:
        subject = "hard token of another person"
        trail.record(Event.ACCESS_DENIED, person=person, actor=person, subject=subject, at=at)
