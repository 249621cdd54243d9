"""The prescriber asks for a code: to the proofed phone, or a new email in place of one."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from django.conf import settings

from accounts import activation, signing_states
from accounts.activation import Channel, Part
from accounts.activation_refusals import EmailsUsedUp, LetterAlone, NothingToActivate
from accounts.models import ActivationPiece, IdentityProofing, User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.phone_numbers import is_landline, masked
from epcs_portal.refusals import Refusal
from tokens import binding, send_budget
from tokens.phone_refusals import CodeTooSoon, PhoneTakesNoTexts


def send_activation_code(*, user: User, channel: Channel, at: datetime) -> bool:
    """Send a new code by this channel; the one before of the same part ends. Return whether there
    was one.

    Refused: with no proofing that waits for codes, an email where support chose the letter, texts
    to a landline, within half a minute, and more than codes may be sent.
    """
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        binding.lock_person(user)
        proofing = activation.open_proofing_of(user.prescriber)
        if proofing is None:
            refusal: Refusal | None = NothingToActivate()
        else:
            refusal = _refusal(user, proofing, channel, at)
        is_again = False
        if proofing is not None and refusal is None:
            is_again = activation.PART_OF[channel] in activation.pieces_of(proofing)
            activation.send(proofing, channel, at=at)
        event = Event.ACTIVATION_CODE_NOT_SENT if refusal else Event.ACTIVATION_CODE_SENT
        trail.record(
            event,
            at=at,
            person=user,
            actor=user,
            subject=_whither(user, proofing, channel),
            channel=channel.value,
            outcome=refusal.code if refusal else None,
        )
    if refusal is not None:
        raise refusal
    return is_again


def _whither(user: User, proofing: IdentityProofing | None, channel: Channel) -> str:
    if proofing is None or channel is Channel.EMAIL:
        return "activation code"
    return f"phone {masked(proofing.phone)}"


def _refusal(
    user: User, proofing: IdentityProofing, channel: Channel, at: datetime
) -> Refusal | None:
    part = activation.PART_OF[channel]
    before = activation.pieces_of(proofing).get(part)
    if part is Part.ADDRESS:
        return _refused_email(proofing, before, at)
    if channel is Channel.TEXT and is_landline(proofing.phone):
        return PhoneTakesNoTexts()
    return _too_soon(before, at) or send_budget.take_one(user.pk, proofing.phone, at=at)


def _refused_email(
    proofing: IdentityProofing, before: ActivationPiece | None, at: datetime
) -> Refusal | None:
    if before is None or before.channel != Channel.EMAIL:
        return LetterAlone()
    since = at - settings.CODE_SENDS_PERIOD
    sent = ActivationPiece.objects.filter(
        proofing=proofing, channel=Channel.EMAIL, sent_at__gt=since
    )
    if sent.count() >= settings.CODE_SENDS:
        return EmailsUsedUp()
    return _too_soon(before, at)


def _too_soon(before: ActivationPiece | None, at: datetime) -> Refusal | None:
    """None to wait where the one before can't arrive any more."""
    if before is None or (before.message is not None and before.message.has_failed):
        return None
    left = ceil((before.sent_at + settings.CODE_RESEND_AFTER - at).total_seconds())
    return CodeTooSoon(seconds=left) if left > 0 else None
