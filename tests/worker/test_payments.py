"""A worker killed inside the transaction that stores a payment, and before its task is over.

The steps before these, and what nobody told of, are in test_payment_worker.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils import timezone
from redis import Redis

from accounts.models import User
from billing.flows.call_off_order import call_off_order
from billing.models import PaymentEvent, Refund, TokenOrder
from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.delivery.models import Message
from tests import factories
from tests.billing.ordering import a_paid_order, now
from tests.billing.stand_in import Stripe
from tests.worker import test_payment_worker as payments
from tests.worker.conftest import beating
from tests.worker.running import running, wait_until
from tests.worker.test_payment_worker import LOOK_UP, is_done, paid_for, the_sum_is_right
from tests.worker.test_tidy import is_done_with
from tokens.models import Reservation

portal, stripe, stripe_stand_in = payments.portal, payments.stripe, payments.stripe_stand_in
buyer, checkout, environment = payments.buyer, payments.checkout, payments.environment
LONG = 3.0  # seconds
REFUNDS = "POST /v1/refunds"
WAITS_FOR_US = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""
# What the transaction that stores a payment locks at its beginning, and last.
STEPS = ["the order", "the practice's chain"]


@contextmanager
def held(step: str, order: TokenOrder) -> Iterator[Callable[[], bool]]:
    """Lock the row; yield whether somebody's transaction waits for it."""

    def is_waited_for() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(WAITS_FOR_US)
            return bool(cursor.fetchone()[0])

    with transaction.atomic():
        if step == STEPS[0]:
            TokenOrder.objects.select_for_update(no_key=True).get(pk=order.pk)
        else:
            ChainHead.objects.select_for_update(no_key=True).get(pk=order.user.audit_chain)
        yield is_waited_for


@contextmanager
def nothing_acknowledged(redis: Redis) -> Iterator[None]:
    """Let the broker write nothing meanwhile: it hears of no task that is over.

    It goes on when the connections of who was killed are gone, with all that they asked for.
    """
    redis.client_pause(60_000, all=False)  # milliseconds
    try:
        yield
        wait_until(lambda: not any("b" in each["flags"] for each in redis.client_list()))
    finally:
        redis.client_unpause()


def is_asking(stripe: Stripe, endpoint: str) -> bool:
    """Whether the service was asked once, and has not answered."""
    return [each["status"] for each in stripe.requests(endpoint)] == [0]


def called_off(order: TokenOrder) -> None:
    agent = factories.a_person(is_staff=True)
    call_off_order(order=order, reason="Asked.", agent=agent, at=timezone.now())


def is_refunded() -> bool:
    return Refund.objects.get().state == "done"


def the_money_went_back_once(stripe: Stripe, order: TokenOrder) -> None:
    keys = {each["idempotency_key"] for each in stripe.requests(REFUNDS)}
    assert keys == {Refund.objects.get().idempotency_key}
    assert len(stripe.events("refund.created")) == 1
    assert (now(order).status, now(order).held_for) == ("refunded", "")
    assert AuditEvent.objects.filter(event="order.refunded").count() == 1
    assert Reservation.objects.get().ended_at is not None


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_it_stores_a_payment(redis, environment, stripe, checkout, tmp_path, step):
    paid_for(stripe, checkout)
    with (
        held(step, checkout.order) as is_waited_for,
        running("killed-storing-payment", environment=environment) as worker,
    ):
        wait_until(is_waited_for)
        worker.kill()
    assert PaymentEvent.objects.get().state == "claimed"
    assert now(checkout.order).status == "awaiting-payment"
    assert not (Message.objects.exists() or Reservation.objects.exists())

    with (
        beating("beat-payment", environment=environment, folder=tmp_path),
        running("stores-payment", environment=environment),
    ):
        wait_until(is_done)

    the_sum_is_right()
    assert len(stripe.requests(LOOK_UP.format(checkout.session_id))) == 2


def test_killed_before_the_task_of_a_payment_is_over_which_is_then_done_again(
    redis, environment, stripe, checkout, tmp_path
):
    stripe.latency(LONG)
    with running("killed-unacknowledged", environment=environment) as worker:
        paid_for(stripe, checkout)
        wait_until(lambda: is_asking(stripe, LOOK_UP.format(checkout.session_id)))
        with nothing_acknowledged(redis):
            wait_until(is_done)
            worker.kill()
    assert redis.hlen("unacked") == 1
    assert Message.objects.get().state == "queued"

    with running("is-told-again", environment=environment) as worker:
        wait_until(lambda: is_done_with(redis))
        worker.wait_for("Task billing.tasks.apply_event")
        with beating("beat-receipt", environment=environment, folder=tmp_path):
            wait_until(lambda: Message.objects.get().state == "done")

    the_sum_is_right()
    assert len(stripe.requests(LOOK_UP.format(checkout.session_id))) == 1


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_it_stores_a_refund(redis, environment, stripe, buyer: User, tmp_path, step):
    order = a_paid_order(stripe, buyer)
    called_off(order)
    with (
        held(step, order) as is_waited_for,
        running("killed-storing-refund", environment=environment) as worker,
    ):
        wait_until(is_waited_for)
        worker.kill()
    assert len(stripe.events("refund.created")) == 1
    assert (Refund.objects.get().state, now(order).status) == ("claimed", "paid")

    with (
        beating("beat-stores-refund", environment=environment, folder=tmp_path),
        running("stores-refund", environment=environment),
    ):
        wait_until(is_refunded)

    the_money_went_back_once(stripe, order)
    assert [each["replayed"] for each in stripe.requests(REFUNDS)] == [False, True]


def test_killed_before_the_task_of_a_refund_is_over_which_is_then_done_again(
    redis, environment, stripe, buyer
):
    order = a_paid_order(stripe, buyer)
    redis.flushdb()  # the tasks of the payment, which is stored
    stripe.latency(LONG)
    with running("killed-refund-unacknowledged", environment=environment) as worker:
        called_off(order)
        wait_until(lambda: is_asking(stripe, REFUNDS))
        stripe.latency(0)
        with nothing_acknowledged(redis):
            wait_until(is_refunded)
            worker.kill()
    assert redis.hlen("unacked") == 1

    with running("is-told-again-to-refund", environment=environment) as worker:
        wait_until(lambda: is_done_with(redis))
        worker.wait_for("Task billing.tasks.send_refund")

    the_money_went_back_once(stripe, order)
    assert len(stripe.requests(REFUNDS)) == 1
