"""Ring the bell of the phone that was asked. It carries nothing: the phone then asks what waits."""

from __future__ import annotations

from datetime import datetime

from epcs_portal.delivery import web_push_gateway
from epcs_portal.delivery.gateway import DeliveryFailed
from epcs_portal.delivery.problems import Problem
from epcs_portal.delivery.web_push_gateway import Subscription
from epcs_portal.sealing import SealBroken
from tokens.models import ApprovalRequest, PushSubscription

TOPIC = "mobile-id"
PAYLOAD = {
    "title": "EPCS Portal",
    "body": "A request is waiting. Open Mobile ID to answer it.",
    "tag": TOPIC,
}


def ring_doorbell(*, request: ApprovalRequest, at: datetime) -> Problem | None:
    """Return why it did not ring, or None. A bell that hangs there no more is taken down.

    A request that is over rings nothing.
    """
    row = PushSubscription.objects.filter(device=request.device_id).first()
    if row is None or not request.is_open(at):
        return None
    try:
        endpoint, p256dh, auth = row.read()
        subscription = Subscription(endpoint=endpoint, p256dh=p256dh, auth=auth)
        left = int((request.expires_at - at).total_seconds())
        web_push_gateway.ring(subscription, PAYLOAD, topic=TOPIC, seconds=left)
    except DeliveryFailed as failure:
        if failure.problem is Problem.SUBSCRIPTION_GONE:
            row.delete()
        return failure.problem
    except SealBroken:
        row.delete()
        return Problem.UNREADABLE
    return None
