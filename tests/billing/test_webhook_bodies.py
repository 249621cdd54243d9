"""What is signed, and whether it is an event: of some only what is needed, of others nothing."""

from __future__ import annotations

import json
import time

import pytest
from django.test import Client
from stripe import WebhookSignature

from billing.models import PaymentEvent
from tests.billing.ordering import COMPLETED
from tests.billing.stand_in import SECRET

DOOR = "/webhooks/stripe/"


@pytest.fixture
def door(settings, db):
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    return Client(enforce_csrf_checks=True)


def signed(body, *, secret=SECRET, at=0):
    content = body if isinstance(body, str) else json.dumps(body)
    return WebhookSignature.generate_signature_header(content, secret, int(time.time()) + at)


def knock(door, body, **how):
    content = body if isinstance(body, str) else json.dumps(body)
    how.setdefault("signature", signed(content))
    headers = {"Stripe-Signature": how["signature"]} if how["signature"] is not None else {}
    return door.post(DOOR, content, content_type="application/json", headers=headers)


def an_event(**changed):
    session = {"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1"}
    event = {"id": "evt_1", "type": COMPLETED, "created": 1_790_000_000}
    return event | {"data": {"object": session}} | changed


def about(**thing):
    return an_event(data={"object": {"id": "cs_1", **thing}})


@pytest.mark.parametrize(
    "kind", ["payment_intent.succeeded", "charge.succeeded", "customer.created"]
)
def test_a_kind_nobody_listens_to_is_answered_and_not_stored(door, kind):
    assert knock(door, an_event(type=kind)).status_code == 200

    assert not PaymentEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        "[]",
        "null",
        '"text"',
        {"id": "evt_1"},
        an_event(id="e" * 256),
        an_event(id=7),
        an_event(id=None),
        an_event(created="soon"),
        an_event(created=10**30),
        an_event(data=None),
        an_event(data={"object": None}),
        an_event(data={"object": "cs_1"}),
        about(id="c" * 256),
        about(payment_intent="p" * 256),
        about(payment_intent=7),
        about(payment_intent={"id": None}),
    ],
)
def test_what_is_signed_and_is_no_event_is_refused(door, body):
    answer = knock(door, body)

    assert (answer.status_code, answer.content) == (400, b"The signature does not match.\n")
    assert not PaymentEvent.objects.exists()


@pytest.mark.parametrize(
    ("payment", "kept"), [("pi_1", "pi_1"), ({"id": "pi_1"}, "pi_1"), (None, ""), ("p" * 255, None)]
)
def test_a_payment_is_named_by_its_id_alone(door, payment, kept):
    assert knock(door, about(payment_intent=payment)).status_code == 200

    assert PaymentEvent.objects.get().payment_intent == ("p" * 64 if kept is None else kept)


def test_of_a_payment_the_thing_itself_is_no_session(door):
    event = about(id="ch_1", payment_intent="pi_1") | {"type": "charge.refunded"}

    knock(door, event)

    stored = PaymentEvent.objects.get()
    assert (stored.session_id, stored.payment_intent) == ("", "pi_1")


def test_a_body_that_is_no_text_is_refused(door):
    headers = {"Stripe-Signature": signed("x")}

    answer = door.post(DOOR, b"\xff\xfe", content_type="application/json", headers=headers)

    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_a_post_is_taken(door, method):
    assert getattr(door, method)(DOOR).status_code == 405


def test_no_cookie_and_no_csrf_token_is_asked_for_or_given(door):
    answer = knock(door, an_event())

    assert answer.status_code == 200
    assert not answer.cookies
