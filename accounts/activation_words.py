"""Where the two activation codes are: the words on the page on which they are entered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts import activation
from accounts.activation import Channel, Part
from epcs_portal.local_time import day, day_and_time
from epcs_portal.phone_numbers import is_landline, masked

if TYPE_CHECKING:
    from accounts.models import ActivationPiece, User

SENT = {
    Channel.TEXT: "We sent a text message",
    Channel.CALL: "We called you",
    Channel.EMAIL: "We sent an email",
    Channel.POST: "We posted a letter",
}


def awaited(person: User, *, at: datetime) -> dict[str, Any] | None:
    """Context of accounts/activate.html, or None where nothing waits to be activated."""
    proofing = activation.open_proofing_of(person.prescriber)
    if proofing is None:
        return None
    pieces = activation.pieces_of(proofing)
    phone, address = pieces.get(Part.PHONE), pieces.get(Part.ADDRESS)
    return {
        "number": masked(proofing.phone),
        "takes_texts": not is_landline(proofing.phone),
        "phone_state": _state(phone, at),
        "address_state": _state(address, at),
        "by_letter": address is not None and address.channel == Channel.POST,
        "email": person.email,
    }


def _state(piece: ActivationPiece | None, at: datetime) -> str:
    """Say where one code is."""
    if piece is None:
        return "Not sent yet."
    if piece.is_over(at):
        return f"Expired {day_and_time(piece.expires_at, at, today='today')}."
    if piece.message is not None and piece.message.trouble is not None:
        return piece.message.trouble.sentence
    channel = Channel(piece.channel)
    is_letter = channel is Channel.POST
    until = (
        day(piece.expires_at) if is_letter else day_and_time(piece.expires_at, at, today="today")
    )
    said = "Support prepares a letter" if is_letter and piece.sealed_with else SENT[channel]
    return f"{said}. Good until {until}."
