"""Nonces of ours that a phone signs, each good once and for a minute.

None is stored when it is given out, so that whoever knows a phone's number can't use up anything:
each carries its time under our key, and a phone's row keeps the time of the newest it has used.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from tokens.models import MobileDevice

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def issue(device_id: UUID, *, at: datetime) -> str:
    """Return a nonce for this phone, whether or not there is one with that id."""
    begun = f"{(at - EPOCH) // MICROSECOND}.{secrets.token_hex(8)}"
    return f"{begun}.{_mac(device_id, begun)}"


def take(device: MobileDevice, nonce: str, *, at: datetime) -> bool:
    """Use it up, inside the caller's transaction. False: not ours, too old, or used before."""
    begun, _, mac = nonce.rpartition(".")
    if not nonce.isascii() or not constant_time_compare(mac, _mac(device.pk, begun)):
        return False
    issued_at = EPOCH + int(begun.partition(".")[0]) * MICROSECOND
    if not at - settings.DEVICE_NONCE < issued_at <= at:
        return False
    unused = Q(last_nonce_at=None) | Q(last_nonce_at__lt=issued_at)
    rows = MobileDevice.objects.filter(unused, pk=device.pk, closed_at=None)
    return bool(rows.update(last_nonce_at=issued_at))


def _mac(device_id: UUID, begun: str) -> str:
    return salted_hmac("phone nonce", f"{device_id}:{begun}", algorithm="sha256").hexdigest()
