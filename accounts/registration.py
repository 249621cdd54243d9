"""How far somebody's EPCS registration is, and what is still missing before access can be given."""

from __future__ import annotations

from datetime import datetime

from accounts import access_changes, selectors
from accounts.models import Attestation, Prescriber
from tokens.ways_in import ways_in_of

ATTESTATION_VERSION = "1311.102(a)/2026-11"
# 21 CFR 1311.102(a): what the practitioner has to do with what signs.
ATTESTATION = (
    "I keep my hardware token, Mobile ID, EPCS PIN and EPCS password in my sole possession. I "
    "share them with nobody, and nobody signs for me. I report a loss, theft or misuse within one "
    "business day. If I fail to, my DEA registration may be at risk."
)


def has_attested(prescriber: Prescriber) -> bool:
    return Attestation.objects.filter(prescriber=prescriber, version=ATTESTATION_VERSION).exists()


def missing_of(prescriber: Prescriber, *, at: datetime) -> list[str]:
    """Return in words what has to be there before anybody can give this person access to sign."""
    user = prescriber.user
    there = {
        "identity proofing and activation": prescriber.is_registered,
        "a DEA registration in force": bool(
            access_changes.registrations_in_force(prescriber, at=at)
        ),
        "an active token": bool(ways_in_of(user, at=at).tokens),
        "an EPCS PIN or EPCS password": bool(selectors.knowledge_of(user)),
        "the attestation of sole possession": has_attested(prescriber),
    }
    return [what for what, is_there in there.items() if not is_there]
