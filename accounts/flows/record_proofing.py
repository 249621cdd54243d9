"""Support records an identity proofing, and the first of two activation codes leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from accounts import activation, signing_states
from accounts.activation_refusals import (
    AlreadyRegistered,
    NoEmailOfRecord,
    NoPracticeAddress,
    NotAPrescriber,
    ProofingBeforeRevocation,
    ProofingRecordedAlready,
)
from accounts.models import ActivationPiece, IdentityProofing, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.local_time import day_at
from epcs_portal.refusals import Refusal
from tokens import binding, notices
from tokens.models import RevocationCase, SecurityNotice
from tokens.refusals import OwnAccount
from tokens.selectors import open_grant_of
from tokens.ways_in import ways_in_of

Channel = ActivationPiece.Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofing:
    """What the credential service provider told. ``phone``: proofed as the person's own, E.164.

    ``channel``: how the second code goes, by email or by post.
    """

    provider: str
    level: str
    reference: str
    completed_on: date
    phone: str
    channel: str

    def completed_at(self, zone: str, at: datetime) -> datetime:
        """Return the moment from which it counts: of an earlier day its beginning, there."""
        if self.completed_on >= day_at(zone, at):
            return at
        return datetime.combine(self.completed_on, time.min, tzinfo=ZoneInfo(zone))


def record_proofing(
    *, user: User, agent: User, proofing: Proofing, at: datetime
) -> IdentityProofing:
    """Return the proofing, whose code by email or post is on its way (21 CFR 1311.105(a) and (c)).

    It takes the place of one that still waits for its codes. Refused: the agent's own, one of who
    is no prescriber, a reference that was recorded, one from before a revocation, a channel with
    no address, and one of who is registered and has a way in.
    """
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        binding.lock_person(user)
        recorded = _refusal(user, agent, proofing, at) or _record(user, agent, proofing, at)
        refusal = recorded if isinstance(recorded, Refusal) else None
        trail.record(
            Event.PROOFING_NOT_RECORDED if refusal else Event.PROOFING_RECORDED,
            at=at,
            person=user,
            actor=agent,
            subject=f"{proofing.level} by {proofing.provider}",
            reference=proofing.reference,
            channel=proofing.channel,
            outcome=refusal.code if refusal else None,
        )
        if refusal is None:
            notices.note(user, SecurityNotice.Change.PROOFING_RECORDED, at=at)
    if isinstance(recorded, Refusal):
        raise recorded
    return recorded


def _refusal(user: User, agent: User, proofing: Proofing, at: datetime) -> Refusal | None:
    if user.pk == agent.pk:
        return OwnAccount()
    if not user.is_prescriber:
        return NotAPrescriber()
    has_way_in = bool(ways_in_of(user, at=at)) or open_grant_of(user, at=at) is not None
    if user.prescriber.is_registered and has_way_in:
        return AlreadyRegistered()
    counts_from = proofing.completed_at(user.time_zone, at)
    if RevocationCase.objects.filter(user=user, used_at__gte=counts_from).exists():
        return ProofingBeforeRevocation()
    if proofing.channel == Channel.EMAIL and not user.email:
        return NoEmailOfRecord()
    if proofing.channel == Channel.POST and user.practice is None:
        return NoPracticeAddress()
    return None


def _record(
    user: User, agent: User, proofing: Proofing, at: datetime
) -> IdentityProofing | Refusal:
    try:
        with transaction.atomic():
            recorded = IdentityProofing.objects.create(
                prescriber=user.prescriber,
                provider=proofing.provider,
                level=proofing.level,
                reference=proofing.reference,
                phone=proofing.phone,
                completed_at=proofing.completed_at(user.time_zone, at),
                recorded_by=agent,
                recorded_at=at,
            )
    except IntegrityError:
        return ProofingRecordedAlready()
    activation.void_others(recorded, at=at)
    activation.send(recorded, Channel(proofing.channel), at=at)
    return recorded
