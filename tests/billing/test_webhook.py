"""The door at which Stripe tells of something: what is genuine is stored once, and answered."""

from __future__ import annotations

import time

import pytest
from django.contrib.sessions.models import Session

from billing.models import PaymentEvent, TokenOrder
from epcs_portal.audit.models import AuditEvent
from tests.billing.ordering import COMPLETED, a_checkout, apply_all, now
from tests.billing.stand_in import SECRET

OTHER = "whsec_" + "rolled" * 5


@pytest.fixture
def completed(stripe, buyer):
    """An order is paid, and Stripe has not told of it yet."""
    stripe.pay(a_checkout(buyer).session_id)
    return stripe.events(COMPLETED)[0]


def test_it_is_stored_without_what_it_says_of_anybody(stripe, completed):
    assert stripe.deliver(completed) == [200]

    event, session = PaymentEvent.objects.get(), completed["data"]["object"]
    assert (event.event_id, event.kind) == (completed["id"], COMPLETED)
    assert (event.session_id, event.payment_intent) == (session["id"], session["payment_intent"])
    assert event.happened_at.timestamp() == completed["created"]
    assert (event.state, event.attempts) == ("queued", 0)
    assert str(event) == f"{COMPLETED} {completed['id']}"
    assert "sam@lakeside.example" not in str(PaymentEvent.objects.values().get())


def test_it_moves_nothing_by_itself_and_writes_no_session_and_no_line(stripe, completed, buyer):
    trail, sessions = AuditEvent.objects.count(), Session.objects.count()

    stripe.deliver(completed)

    assert TokenOrder.objects.get().status == "awaiting-payment"
    assert (AuditEvent.objects.count(), Session.objects.count()) == (trail, sessions)


def test_told_again_and_at_once_it_is_stored_once(stripe, completed):
    answers = stripe.deliver(completed, times=3) + stripe.deliver(completed, parallel=4)

    assert answers == [200] * 7
    assert PaymentEvent.objects.count() == 1


@pytest.mark.parametrize(("at", "status"), [(-301, 400), (-290, 200), (290, 200), (302, 400)])
def test_what_was_signed_too_long_ago_or_in_the_future_is_refused(stripe, completed, at, status):
    assert stripe.deliver(completed, at=at) == [status]

    assert PaymentEvent.objects.count() == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    "how",
    [
        {"secret": OTHER},
        {"body": '{"id": "evt_1"}'},
        {"body": ""},
        {"signature": ""},
        {"signature": "t=1,v1=0"},
        {"signature": "nonsense"},
        {"signature": "t=,v1="},
        {"signature": f"v1={'0' * 64}"},
        {"signature": f"t={int(time.time())},v0={'0' * 64}"},
    ],
)
def test_what_is_forged_is_refused_and_leaves_nothing(stripe, completed, how):
    assert stripe.deliver(completed, **how) == [400]

    assert not PaymentEvent.objects.exists()


def test_while_a_secret_is_rolled_both_count(stripe, completed, settings):
    settings.STRIPE_WEBHOOK_SECRETS = [OTHER, SECRET]

    assert stripe.deliver(completed) == [200]
    assert stripe.deliver(completed, secret=OTHER) == [200]
    assert stripe.deliver(completed, secret="whsec_third") == [400]


@pytest.mark.parametrize("secrets", [[], ["whsec_another"]])
def test_without_its_secret_nothing_is_taken(stripe, completed, settings, secrets):
    settings.STRIPE_WEBHOOK_SECRETS = secrets

    assert stripe.deliver(completed) == [400]


def test_what_was_refused_can_still_come_in_order(stripe, completed):
    stripe.deliver(completed, secret=OTHER)
    stripe.deliver(completed)
    apply_all()

    assert now(TokenOrder.objects.get()).status == "paid"
