"""Support prints a letter with an activation code: once, and then the code lies nowhere."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.activation_refusals import LetterOver, LetterUnreadable, OwnProofing
from accounts.models import ActivationPiece, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.refusals import Refusal
from epcs_portal.sealing import SealBroken
from tokens.refusals import OwnAccount

Channel = ActivationPiece.Channel


def print_activation_letter(*, piece: ActivationPiece, agent: User, at: datetime) -> str:
    """Return the code. Of two agents one gets it.

    Refused: the agent's own letter, one of a proofing that this agent recorded, one that was
    printed, used, replaced or is over, and one that does not open.
    """
    user = piece.proofing.prescriber.user
    with audited_transaction() as trail:
        printed = _why_not(piece, agent) or _take(piece, at)
        refusal = printed if isinstance(printed, Refusal) else None
        event = Event.ACTIVATION_LETTER_NOT_PRINTED if refusal else Event.ACTIVATION_LETTER_PRINTED
        outcome = refusal.code if refusal else None
        trail.record(
            event, at=at, person=user, actor=agent, subject="activation letter", outcome=outcome
        )
    if isinstance(printed, Refusal):
        raise printed
    return printed


def _why_not(piece: ActivationPiece, agent: User) -> Refusal | None:
    """Who wrote down the phone of the other code would have both."""
    if piece.proofing.prescriber.user_id == agent.pk:
        return OwnAccount()
    is_recorder = piece.proofing.recorded_by_id == agent.pk
    return OwnProofing() if is_recorder and settings.ACTIVATION_LETTER_BY_ANOTHER else None


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
