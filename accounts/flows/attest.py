"""The prescriber attests to keep what signs in their sole possession."""

from __future__ import annotations

from datetime import datetime

from accounts import signing_states
from accounts.activation_refusals import NotActivated
from accounts.models import Attestation, User
from accounts.registration import ATTESTATION_VERSION, has_attested
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction


def attest(*, user: User, at: datetime) -> None:
    """Keep that these words were attested, once per version and activation (21 CFR 1311.102(a)).

    Refused: who is not activated, or was revoked since.
    """
    with audited_transaction() as trail:
        signing_states.lock_state(user)
        is_registered = user.prescriber.is_registered
        if is_registered:
            is_first = not has_attested(user.prescriber)
            if is_first:
                Attestation.objects.create(
                    prescriber=user.prescriber, version=ATTESTATION_VERSION, given_at=at
                )
        if not is_registered or is_first:
            trail.record(
                Event.ATTESTATION_GIVEN if is_registered else Event.ACCESS_DENIED,
                at=at,
                person=user,
                actor=user,
                subject=f"attestation {ATTESTATION_VERSION}",
                outcome=None if is_registered else NotActivated.code,
            )
    if not is_registered:
        raise NotActivated
