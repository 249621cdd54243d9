"""How far an EPCS registration is, as support sees it: masked, and no code anywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import ActivationPiece, IdentityProofing, User
from epcs_portal.local_time import day, day_and_time
from epcs_portal.phone_numbers import masked
from epcs_portal.support.facts import fact

PIECES_SHOWN = 4
Channel = ActivationPiece.Channel
NAMES = {
    Channel.TEXT.value: "text message",
    Channel.CALL.value: "call",
    Channel.EMAIL.value: "email",
    Channel.POST.value: "letter",
}


def registration_of(person: User, at: datetime) -> dict[str, Any]:
    """Return a section of support/person.html: the latest proofing, its codes, the attestation."""
    prescriber = person.prescriber
    proofing = prescriber.identity_proofings.order_by("-recorded_at", "-pk").first()
    pieces = _pieces(proofing) if proofing else []
    attestation = prescriber.attestations.order_by("-given_at").first()
    facts = [
        fact("EPCS registration", "complete" if prescriber.is_registered else "not complete"),
        *(_proofed(proofing, at) if proofing else [fact("Identity proofing", "none on record")]),
        *(fact(f"Code by {NAMES[piece.channel]}", _state(piece, at)) for piece in pieces),
        fact("Attestation", f"given {day(attestation.given_at)}" if attestation else "not given"),
    ]
    letters = [piece for piece in pieces if piece.sealed_with and not piece.is_over(at)]
    actions = [
        {"label": "Print the letter", "url": reverse("staff_letter", args=[piece.pk])}
        for piece in letters
    ]
    if proofing is not None and proofing.activated_at is None:
        new = reverse("staff_letter_new", args=[person.pk])
        actions.append({"label": "Send a new letter", "url": new})
    return {"title": "EPCS registration", "facts": facts, "actions": actions}


def _pieces(proofing: IdentityProofing) -> list[ActivationPiece]:
    pieces = proofing.pieces.defer("sealed").order_by("-sent_at", "-pk")
    return list(pieces[:PIECES_SHOWN])


def _proofed(proofing: IdentityProofing, at: datetime) -> list[dict[str, str]]:
    activated = proofing.activated_at
    facts = [
        fact("Identity proofing", f"{proofing}, {day(proofing.completed_at)}"),
        fact("Recorded", day_and_time(proofing.recorded_at, at)),
        fact("Activated", day_and_time(activated, at) if activated else "not yet"),
    ]
    return [*facts, fact("Proofed phone", masked(proofing.phone))] if proofing.phone else facts


def _state(piece: ActivationPiece, at: datetime) -> str:
    begun = "begun" if piece.channel == Channel.POST else "sent"
    sent = f"{begun} {day_and_time(piece.sent_at, at, today='today')}"
    if piece.used_at is not None:
        return f"{sent}, used {day_and_time(piece.used_at, at, today='today')}"
    if piece.voided_at is not None:
        return f"{sent}, replaced"
    until = day_and_time(piece.expires_at, at, today="today")
    is_unprinted = piece.channel == Channel.POST and piece.sealed_with
    printed = ", not printed yet" if is_unprinted else ""
    return f"{sent}, {'expired' if piece.is_over(at) else 'until'} {until}{printed}"
