"""How far somebody's EPCS registration is, and what is still missing before access can be given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from accounts import access_changes, activation, selectors
from accounts.models import Attestation, Prescriber
from tokens.ways_in import ways_in_of

ATTESTATION_VERSION = "1311.102(a)/2026-11"
# 21 CFR 1311.102(a): what the practitioner has to do with what signs.
ATTESTATION = (
    "I keep my hardware token, Mobile ID, EPCS PIN and EPCS password in my sole possession. I "
    "share them with nobody, and nobody signs for me. I report a loss, theft or misuse within one "
    "business day. If I fail to, my DEA registration may be at risk."
)


YOU, SUPPORT = "You", f"Support, {settings.SUPPORT_PHONE}"
PROOFING, ACTIVATION, DEA = "Identity proofing", "Activation", "DEA registration"
PHONE, TOKEN = "First backup phone", "First token"
KNOWLEDGE, ATTESTED = "EPCS PIN or EPCS password", "Attestation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """``who`` does it; "" for what the practice has to have.

    ``asked_as``: what a grant of access calls it where it is missing; "" where no grant asks.
    """

    name: str
    is_done: bool
    who: str = YOU
    asked_as: str = ""


def has_attested(prescriber: Prescriber) -> bool:
    """Whether it was attested since the account was activated: what ended with a revocation is
    attested anew."""
    latest = prescriber.identity_proofings.aggregate(at=Max("activated_at"))["at"]
    given = Attestation.objects.filter(prescriber=prescriber, version=ATTESTATION_VERSION)
    return latest is not None and given.filter(given_at__gte=latest).exists()


def parts_of(prescriber: Prescriber, *, at: datetime) -> list[Part]:
    """Return what makes up a registration, in the order in which it is done."""
    user, is_registered = prescriber.user, prescriber.is_registered
    is_open = activation.open_proofing_of(prescriber) is not None
    ways = ways_in_of(user, at=at)
    in_force = access_changes.registrations_in_force(prescriber, at=at)
    return [
        Part(name=PROOFING, is_done=is_open or is_registered, who=SUPPORT),
        # Who is registered and proofed anew activates again; a grant asks for the first time alone.
        Part(
            name=ACTIVATION,
            is_done=is_registered and not is_open,
            asked_as="" if is_registered else "identity proofing and activation",
        ),
        Part(name=DEA, is_done=bool(in_force), who="", asked_as="a DEA registration in force"),
        Part(name=PHONE, is_done=bool(ways.phones)),
        Part(name=TOKEN, is_done=bool(ways.tokens), asked_as="an active token"),
        Part(
            name=KNOWLEDGE,
            is_done=bool(selectors.knowledge_of(user)),
            asked_as="an EPCS PIN or EPCS password",
        ),
        Part(
            name=ATTESTED,
            is_done=has_attested(prescriber),
            asked_as="the attestation of sole possession",
        ),
    ]


def missing_of(prescriber: Prescriber, *, at: datetime) -> list[str]:
    """Return in words what has to be there before anybody can give this person access to sign."""
    parts = parts_of(prescriber, at=at)
    return [part.asked_as for part in parts if part.asked_as and not part.is_done]
