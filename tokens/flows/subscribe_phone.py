"""A phone says where its bell hangs, or that it takes it down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from epcs_portal.delivery.web_push_gateway import Subscription
from tokens import approvals, device_nonces
from tokens.models import MobileDevice, PushSubscription
from tokens.push_refusals import NonceStale, PhoneClosed


def subscribe_phone(
    *, device: MobileDevice, nonce: str, subscription: Subscription | None, at: datetime
) -> None:
    """Keep the subscription in the place of the one before; None takes it down.

    Refused: a phone that is closed, a used or old nonce.
    """
    with transaction.atomic(durable=True):
        approvals.lock_person(device.user)
        is_fresh = device_nonces.take(device, nonce, at=at)
        if is_fresh:
            PushSubscription.objects.filter(device=device).delete()
        if is_fresh and subscription is not None:
            row = PushSubscription(device=device, subscribed_at=at)
            row.write(
                endpoint=subscription.endpoint,
                p256dh=subscription.p256dh,
                auth=subscription.auth,
            )
            row.save(force_insert=True)
    if not is_fresh:
        raise PhoneClosed if device.closed_at else NonceStale
