"""Support begins a new letter with an activation code, in place of one that was lost or is over."""

from __future__ import annotations

from datetime import datetime

from accounts import activation, signing_states
from accounts.activation import Channel
from accounts.activation_refusals import NoLetterToSend
from accounts.models import ActivationPiece, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from tokens import binding
from tokens.refusals import OwnAccount


def send_activation_letter(
    *, user: User, agent: User, reason: str, at: datetime
) -> ActivationPiece:
    """Return the letter, which waits to be printed. The email or letter before it ends.

    Refused: the agent's own, and a prescriber with no proofing that waits for its codes.
    """
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        binding.lock_person(user)
        begun = _begin(user, agent, at)
        refusal = begun if isinstance(begun, Refusal) else None
        trail.record(
            Event.ACTIVATION_CODE_NOT_SENT if refusal else Event.ACTIVATION_CODE_SENT,
            at=at,
            person=user,
            actor=agent,
            subject="activation letter",
            reason=reason,
            channel=Channel.POST.value,
            outcome=refusal.code if refusal else None,
        )
    if isinstance(begun, Refusal):
        raise begun
    return begun


def _begin(user: User, agent: User, at: datetime) -> ActivationPiece | Refusal:
    if user.pk == agent.pk:
        return OwnAccount()
    proofing = activation.open_proofing_of(user.prescriber)
    if proofing is None or user.practice is None:
        return NoLetterToSend()
    return activation.send(proofing, Channel.POST, at=at)
