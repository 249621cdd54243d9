"""A phone asks what waits for its answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tokens import device_nonces
from tokens.models import ApprovalRequest, MobileDevice
from tokens.push_refusals import NonceStale, PhoneClosed


def hear_phone(*, device: MobileDevice, nonce: str, at: datetime) -> list[ApprovalRequest]:
    """Return what is open for this phone. Refused: a phone that is closed, a used or old nonce."""
    with transaction.atomic(durable=True):
        is_fresh = device_nonces.take(device, nonce, at=at)
    if not is_fresh:
        raise PhoneClosed if device.closed_at else NonceStale
    state = ApprovalRequest.State.OPEN
    return list(device.requests.filter(state=state, expires_at__gt=at).order_by("asked_at"))
