"""Remove from this phone: the phone forgets its key and seed, and says so."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tokens import approvals, device_nonces
from tokens.models import MobileDevice, PushSubscription
from tokens.push_refusals import NonceStale, PhoneClosed


def leave_phone(*, device: MobileDevice, nonce: str, at: datetime) -> None:
    """Close the phone. Its owner still holds the Mobile ID, and is told that no phone has it.

    Only its owner, signed in, can remove the token itself. Refused: a phone that is closed, a used
    or old nonce.
    """
    user = device.user
    with audited_transaction() as trail:
        approvals.lock_person(user)
        is_fresh = device_nonces.take(device, nonce, at=at)
        if is_fresh:
            MobileDevice.objects.filter(pk=device.pk).update(closed_at=at, left_at=at)
            PushSubscription.objects.filter(device=device).delete()
            approvals.close_open(user)
            subject, name = str(device.setup), device.name
            # Proven or not is read behind the lock: the proof may have come since the phone asked.
            device.refresh_from_db(fields=["soft_token"])
            was_proven = device.soft_token_id is not None
            event = Event.MOBILE_ID_LEFT_PHONE if was_proven else Event.MOBILE_ID_PAIRING_CANCELED
            trail.record(event, at=at, person=user, subject=subject, phone=name)
    if not is_fresh:
        raise PhoneClosed if device.closed_at else NonceStale
