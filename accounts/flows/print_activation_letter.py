"""Support prints a letter with an activation code: once, and then the code lies nowhere."""

from __future__ import annotations

from datetime import datetime

from accounts.activation_refusals import LetterOver, LetterUnreadable
from accounts.models import ActivationPiece, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from epcs_portal.sealing import SealBroken
from tokens.refusals import OwnAccount

Channel = ActivationPiece.Channel


def print_activation_letter(*, piece: ActivationPiece, agent: User, at: datetime) -> str:
    """Return the code. Of two agents one gets it.

    Refused: the agent's own letter, one that was printed, used, replaced or is over, and one that
    does not open.
    """
    user = piece.proofing.prescriber.user
    with audited_transaction() as trail:
        printed = OwnAccount() if user.pk == agent.pk else _take(piece, at)
        refusal = printed if isinstance(printed, Refusal) else None
        event = Event.ACTIVATION_LETTER_NOT_PRINTED if refusal else Event.ACTIVATION_LETTER_PRINTED
        outcome = refusal.code if refusal else None
        trail.record(
            event, at=at, person=user, actor=agent, subject="activation letter", outcome=outcome
        )
    if isinstance(printed, Refusal):
        raise printed
    return printed


def _take(piece: ActivationPiece, at: datetime) -> str | Refusal:
    sealed = ActivationPiece.objects.filter(
        pk=piece.pk, channel=Channel.POST, used_at=None, voided_at=None, expires_at__gt=at
    ).exclude(sealed_with="")
    row = sealed.first()
    if row is None:
        return LetterOver()
    try:
        code = row.take().decode()
    except SealBroken:
        return LetterUnreadable()
    return code if sealed.update(sealed=b"", sealed_with="") else LetterOver()
