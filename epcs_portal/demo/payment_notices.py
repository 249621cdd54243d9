"""Telling the portal of a payment: a row, sent by a worker to the same webhook as Stripe's events.

Signed as Stripe signs, over HTTP, and sent again until it is taken.
"""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime
from functools import partial
from http.client import HTTPException
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from billing.payments import stripe_gateway
from epcs_portal.delivery.addresses import public
from epcs_portal.delivery.postbox import send_task
from epcs_portal.demo.models import VirtualCheckout, VirtualNetwork, VirtualPaymentEvent
from epcs_portal.demo.payment_events import event_of

SEND = "epcs_portal.demo.tasks.send_payment_event"
NOT_TAKEN = "not-taken"
_PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is on this machine


def announce(kind: str, checkout: VirtualCheckout, *, at: datetime) -> None:
    """Write the event down, in the transaction of what it tells of."""
    event_id = f"evt_demo_{uuid4().hex}"
    body = json.dumps(event_of(kind, checkout, event_id=event_id, at=at), indent=2)
    event = VirtualPaymentEvent(event_id=event_id, body=body, created_at=at, due_at=at)
    if VirtualNetwork.now().payment_events_get_lost:
        event.state, event.problem = VirtualPaymentEvent.State.DEAD, VirtualPaymentEvent.LOST
    event.save()
    transaction.on_commit(partial(send_task, SEND, {"event_id": event_id}), robust=True)


def send(event: VirtualPaymentEvent, *, at: datetime) -> None:
    """Post it, unless somebody does already. What the portal does not take is tried again."""
    if not event.claim(at):
        return
    secret = settings.STRIPE_WEBHOOK_SECRETS[0]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": stripe_gateway.signature_of(event.body, secret),
    }
    request = urllib.request.Request(  # noqa: S310  (the portal's own address)
        public(reverse("stripe_webhook")), event.body.encode(), headers, method="POST"
    )
    try:
        with _PLAIN.open(request, timeout=settings.GATEWAY_TIMEOUT_SECONDS):
            event.finish()
    except (OSError, HTTPException):  # an answer that says no is an OSError
        if event.is_last_attempt:
            event.bury(NOT_TAKEN)
        else:
            event.retry(NOT_TAKEN, at)
