"""An operator gives a support agent the hard token that opens the support site."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from epcs_portal.sealing import SealBroken
from tokens import binding, factors, notices, selectors, step_up
from tokens.models import HardToken, SecurityNotice
from tokens.models.removal import Reason

if TYPE_CHECKING:
    from accounts.models import User

AUTHORITY = "operator"


class NotAnAgent(Refusal):
    code = "not-an-agent"
    text = "Nothing was bound: this person is no active support agent, or is a prescriber."


class AgentPairRejected(Refusal):
    code = "agent-pair-rejected"
    text = (
        "Nothing was bound: this serial number is not free in stock, "
        "or the two passwords are not two in a row of it."
    )


def bind_agent_token(
    *, agent: User, serial: str, first: str, second: str, reason: Reason, at: datetime
) -> HardToken:
    """Return the agent's token, active. One they had before ends for ``reason``.

    Refused: who is no active support agent, a prescriber (who binds the own token on its pages),
    and a serial and passwords that do not belong together.
    """
    with audited_transaction() as trail:
        before = selectors.hard_token_of(agent)
        token = _bind(agent, before, serial, first, second, reason, at)
        refusal = token if isinstance(token, Refusal) else None
        trail.record(
            Event.TOKEN_BINDING_REFUSED if refusal else Event.TOKEN_BOUND,
            at=at,
            person=agent,
            subject="hard token" if refusal else str(token),
            authority=AUTHORITY,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            if before is not None:
                subject = str(before)
                trail.record(
                    Event.TOKEN_REMOVED, at=at, person=agent, subject=subject, reason=reason
                )
            step_up.end_after_change(user_id=agent.pk, session_key="", at=at)
            notices.note(agent, SecurityNotice.Change.TOKEN_ADDED, subject=str(token), at=at)
    if isinstance(token, Refusal):
        raise token
    return token


def _bind(
    agent: User,
    before: HardToken | None,
    serial: str,
    first: str,
    second: str,
    reason: Reason,
    at: datetime,
) -> HardToken | Refusal:
    if not (agent.is_active and agent.is_staff) or agent.is_prescriber:
        return NotAnAgent()
    try:
        with transaction.atomic():
            if before is not None:
                # Their old token may be the new one: bound anew it is found again and unlocked.
                factors.take_away(before, reason=reason, at=at)
            return _bound(agent, serial, first, second, at)
    except (AgentPairRejected, SealBroken):  # the old token stays
        return AgentPairRejected()


def _bound(agent: User, serial: str, first: str, second: str, at: datetime) -> HardToken:
    token = binding.bind_hard_token(user=agent, serial=serial, first=first, second=second, at=at)
    if token is None:
        raise AgentPairRejected
    return token
