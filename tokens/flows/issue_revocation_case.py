"""Support issues the case number with which a prescriber revokes the own EPCS account."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import binding, notices, selectors
from tokens.models import RevocationCase, SecurityNotice
from tokens.refusals import OwnAccount

if TYPE_CHECKING:
    from accounts.models import User


class NothingToRevoke(Refusal):
    code = "nothing-to-revoke"
    text = "There is no EPCS account to revoke: no registration, and no factor."


def issue_revocation_case(*, user: User, agent: User, reason: str, at: datetime) -> RevocationCase:
    """Return a new case, open for a day. One that was open ends.

    Refused: an agent who issues one to themselves, who is no prescriber, and a prescriber with
    nothing to revoke.
    """
    with audited_transaction() as trail:
        binding.lock_person(user)  # of two agents one comes second, and ends the other's case
        case = _issue(user, agent, reason, at)
        refusal = case if isinstance(case, Refusal) else None
        trail.record(
            Event.REVOCATION_CASE_NOT_ISSUED if refusal else Event.REVOCATION_CASE_ISSUED,
            at=at,
            person=user,
            actor=agent,
            subject="EPCS account" if refusal else str(case),
            reason=reason,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            notices.note(user, SecurityNotice.Change.CASE_ISSUED, at=at)
    if isinstance(case, Refusal):
        raise case
    return case


def _has_something(user: User) -> bool:
    if not user.is_prescriber:
        return False
    factors = [*selectors.tokens_of(user), *selectors.phones_of(user)]
    return bool(factors) or user.prescriber.is_registered


def _issue(user: User, agent: User, reason: str, at: datetime) -> RevocationCase | Refusal:
    if user.pk == agent.pk:
        return OwnAccount()
    if not _has_something(user):
        return NothingToRevoke()
    before = RevocationCase.objects.filter(user=user, used_at=None, issued_at__lt=at)
    before.filter(expires_at__gt=at).update(expires_at=at)
    case: RevocationCase = RevocationCase.objects.create(
        number=_free_number(),
        user=user,
        issued_by=agent,
        reason=reason,
        issued_at=at,
        expires_at=at + settings.REVOCATION_CASE,
    )
    return case


def _free_number() -> str:
    """Draw until it is new. It opens nothing without the person's own session."""
    taken = RevocationCase.objects
    return next(number for number in iter(_draw, "") if not taken.filter(number=number).exists())


def _draw() -> str:
    digits = f"{secrets.randbelow(10**8):08}"
    return f"CS-{digits[:4]}-{digits[4:]}"
