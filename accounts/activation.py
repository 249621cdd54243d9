"""The two activation pieces: drawn, sent, compared once. Inside the caller's transaction.

Two codes go over two channels, one to the proofed phone and one by email or post (21 CFR
1311.105(c)). Whoever sends or answers one locks the person's signing state and binding tries first.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, QuerySet
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import ActivationPiece, IdentityProofing, Prescriber
from accounts.models.prescriber import revoked_since
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import post

Part = ActivationPiece.Part
Channel = ActivationPiece.Channel
PART_OF = {
    Channel.TEXT: Part.PHONE,
    Channel.CALL: Part.PHONE,
    Channel.EMAIL: Part.ADDRESS,
    Channel.POST: Part.ADDRESS,
}
LIVES = {
    Channel.TEXT: settings.ACTIVATION_BY_PHONE,
    Channel.CALL: settings.ACTIVATION_BY_PHONE,
    Channel.EMAIL: settings.ACTIVATION_BY_EMAIL,
    Channel.POST: settings.ACTIVATION_BY_POST,
}
DIGITS = {
    Part.PHONE: settings.ACTIVATION_DIGITS_BY_PHONE,
    Part.ADDRESS: settings.ACTIVATION_DIGITS_BY_ADDRESS,
}
SUBJECT = "Your EPCS activation code"
_MESSAGES = {
    Channel.TEXT: Message.Channel.TEXT,
    Channel.CALL: Message.Channel.CALL,
    Channel.EMAIL: Message.Channel.EMAIL,
}


def open_proofing_of(prescriber: Prescriber) -> IdentityProofing | None:
    """Return the latest proofing, if it waits for its two codes and the account was not revoked
    since."""
    proofings = prescriber.identity_proofings.filter(~Exists(revoked_since(prescriber.user_id)))
    latest: IdentityProofing | None = proofings.order_by("-recorded_at", "-pk").first()
    return latest if latest is not None and latest.activated_at is None else None


def pieces_of(proofing: IdentityProofing) -> dict[Part, ActivationPiece]:
    """Return the pieces nothing took the place of, expired or not."""
    pieces = _open(ActivationPiece.objects.filter(proofing=proofing)).select_related("message")
    return {Part(piece.part): piece for piece in pieces.defer("sealed")}


def send(proofing: IdentityProofing, channel: Channel, *, at: datetime) -> ActivationPiece:
    """Draw a new code and send it. It voids the one before of the same part.

    The code of a letter is sealed until support prints it; every other is gone with its message.
    """
    part, expires_at = PART_OF[channel], at + LIVES[channel]
    void(_open(ActivationPiece.objects.filter(proofing=proofing, part=part)), at=at)
    digits = _draw(DIGITS[part])
    piece = ActivationPiece(
        proofing=proofing, part=part, channel=channel, sent_at=at, expires_at=expires_at
    )
    piece.digest = _digest(piece, digits)
    if channel is Channel.POST:
        piece.put(digits.encode())
    else:
        piece.erase()
        piece.message = _post(piece, digits)
    piece.save(force_insert=True)
    return piece


def void_others(proofing: IdentityProofing, *, at: datetime) -> None:
    """A newer proofing counts alone: nothing that was sent for another opens anything."""
    pieces = ActivationPiece.objects.filter(proofing__prescriber=proofing.prescriber)
    void(_open(pieces.exclude(proofing=proofing)), at=at)


def void(pieces: QuerySet[ActivationPiece], *, at: datetime) -> None:
    """A code that nobody can use any more lies nowhere, sealed or not."""
    pieces.update(voided_at=at, sealed=b"", sealed_with="")


def are_right(pieces: Mapping[Part, ActivationPiece], typed: Mapping[Part, str]) -> bool:
    """Whether each code is that of its piece. All are compared, whatever the first one was."""
    compared = [
        constant_time_compare(piece.digest, _digest(piece, typed[part]))
        for part, piece in pieces.items()
    ]
    return all(compared)


def use(pieces: Mapping[Part, ActivationPiece], *, at: datetime) -> bool:
    """Use both up, once. A letter that was never printed lies nowhere any more."""
    keys = [piece.pk for piece in pieces.values()]
    rows = _open(ActivationPiece.objects.filter(pk__in=keys))
    return rows.update(used_at=at, sealed=b"", sealed_with="") == len(Part)


def _open(pieces: QuerySet[ActivationPiece]) -> QuerySet[ActivationPiece]:
    return pieces.filter(used_at=None, voided_at=None)


def _draw(length: int) -> str:
    return f"{secrets.randbelow(10**length):0{length}}"


def _post(piece: ActivationPiece, digits: str) -> Message:
    channel, user = Channel(piece.channel), piece.proofing.prescriber.user
    is_call, is_email = channel is Channel.CALL, channel is Channel.EMAIL
    return post(
        _MESSAGES[channel],
        to=user.email if is_email else piece.proofing.phone,
        text=digits if is_call else _words(piece, digits),
        subject=SUBJECT if is_email else "",
        person=user,
        waits_for_key=is_call,
        at=piece.sent_at,
        expires_at=piece.expires_at,
    )


def _words(piece: ActivationPiece, digits: str) -> str:
    """A text ends with the line that lets a phone fill the code in on our pages alone."""
    lives = LIVES[Channel(piece.channel)]
    context: dict[str, Any] = {
        "name": piece.proofing.prescriber.user.full_name,
        "code": digits,
        "host": urlsplit(settings.PORTAL_URL).hostname,
        "minutes": lives.total_seconds() // 60,
        "hours": lives.total_seconds() // 3600,
        "support_phone": settings.SUPPORT_PHONE,
    }
    return render_to_string(f"messages/activation.{piece.channel}.txt", context).strip()


def _digest(piece: ActivationPiece, digits: str) -> str:
    """A digest under our key, good for this piece of this person's proofing by this channel."""
    proofing = piece.proofing
    person = proofing.prescriber.user_id
    bound = f"{piece.id}:{person}:{proofing.pk}:{proofing.phone}:{piece.channel}:{digits}"
    return salted_hmac("activation piece", bound, algorithm="sha256").hexdigest()
