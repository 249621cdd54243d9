"""Outbox rows: claimed by one, tried again later and later, given up after six."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery import tasks
from epcs_portal.delivery.flows.close_expired import close_expired
from epcs_portal.delivery.flows.deliver import deliver
from epcs_portal.delivery.gateway import DeliveryFailed, Receipt
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from epcs_portal.demo.models import VirtualNetwork
from tests import factories
from tests.delivery.posting import Channel, handed_over, posted
from tests.tokens.phones import on_the_phone

pytestmark = pytest.mark.django_db
LOST_CLAIM = dt.timedelta(seconds=60)


@pytest.fixture
def person(db):
    return factories.a_prescriber("snguyen")


@pytest.fixture
def down(db):
    VirtualNetwork.objects.create(is_down=True)


def test_one_of_two_workers_claims_a_row(person):
    message = posted(person)
    same = Message.objects.get(pk=message.pk)

    assert message.claim(timezone.now())
    assert not same.claim(timezone.now())


def test_a_row_whose_worker_was_lost_comes_due_again(person):
    now = timezone.now()
    message = posted(person, at=now)
    message.claim(now)

    before = Message.due(now + LOST_CLAIM - dt.timedelta(seconds=1)).count()

    assert before == 0
    assert handed_over(message, at=now + LOST_CLAIM).state == "done"


def test_a_worker_whose_claim_ran_out_settles_nothing(person):
    now = timezone.now()
    slow = posted(person, at=now)
    slow.claim(now)
    quick = Message.objects.get(pk=slow.pk)
    quick.claim(now + LOST_CLAIM)

    assert not slow.finish()
    assert quick.finish()


def test_a_row_is_tried_later_and_later_and_then_buried(person, down):
    now = timezone.now()
    message, waits = posted(person, lives=dt.timedelta(hours=1), at=now), []

    while message.state == "queued":
        message = handed_over(message, at=now)
        waits.append((message.due_at - now).total_seconds())
        now = message.due_at

    assert (message.state, message.attempts) == ("dead", 6)
    assert waits[:5] == [10, 20, 40, 80, 160]
    assert AuditEvent.objects.get(event="message.not_delivered").facts == {"problem": "unreachable"}


def test_a_worker_that_dies_six_times_over_one_row_is_not_sent_after_it_again(person):
    now = timezone.now()
    message = posted(person, lives=dt.timedelta(hours=1), at=now)
    for _attempt in range(6):
        assert message.claim(now)
        now += LOST_CLAIM

    assert not message.claim(now)
    assert close_expired(at=now) == 1
    message.refresh_from_db()
    assert (message.state, message.trouble) == ("dead", Problem.WORKER_LOST)
    assert close_expired(at=now) == 0


@pytest.mark.parametrize("closed_by", ["delivery", "sweep"])
def test_what_expired_is_not_sent_late(person, closed_by):
    message = posted(person)
    late = message.expires_at
    if closed_by == "sweep":
        close_expired(at=late)
    else:
        deliver(message=message, at=late)

    message.refresh_from_db()
    assert (message.state, message.trouble) == ("dead", Problem.EXPIRED)
    assert bytes(message.sealed) == b""
    assert on_the_phone("+18025550187") == []


def test_what_a_call_says_is_erased_when_it_expires(person):
    message = handed_over(posted(person, Channel.CALL))
    kept = bytes(message.sealed)

    close_expired(at=message.expires_at)

    message.refresh_from_db()
    assert kept
    assert bytes(message.sealed) == b""
    assert message.state == "done"


def test_words_that_do_not_open_are_not_sent(person):
    message = posted(person)
    Message.objects.update(recipient="+18025550100")

    message = handed_over(message)

    assert (message.state, message.trouble) == ("dead", Problem.UNREADABLE)


def test_the_sweep_sends_what_waits_and_the_task_may_come_twice(person):
    message = posted(person)

    assert tasks.sweep() == 1
    for _delivery in range(2):
        tasks.deliver(message_id=str(message.pk))

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("done", 1)
    assert tasks.sweep() == 0
    assert on_the_phone("+18025550187") == ["We wrote to you."]


def test_a_task_whose_message_is_gone_does_nothing(db):
    tasks.deliver(message_id="00000000-0000-0000-0000-000000000000")

    assert not Message.objects.exists()


def test_the_command_lists_what_waits_and_what_was_given_up_without_a_word_of_it(person, down):
    waiting, dead = posted(person, text="secret words"), posted(person)
    Message.objects.filter(pk=dead.pk).update(state="dead", problem="not-mobile", attempts=1)
    told = StringIO(), StringIO()

    call_command("messages", stdout=told[0])
    call_command("messages", "--dead", stdout=told[1])

    first, second = (each.getvalue() for each in told)
    assert str(waiting.pk) in first
    assert "1 of 1 messages waiting." in first
    assert "text message to (•••) •••-0187  attempts: 1  We can't send text messages" in second
    assert "1 of 1 messages given up." in second
    assert "secret words" not in first


def test_settled_messages_are_forgotten_after_90_days(person):
    long_ago = timezone.now() - dt.timedelta(days=90, seconds=1)
    for state in ("done", "dead", "queued"):
        message = posted(person)
        Message.objects.filter(pk=message.pk).update(state=state, created_at=long_ago)
    posted(person)

    assert tasks.forget_messages() == 2
    assert Message.objects.count() == 2


class BrokenHalfWay:
    """A gateway that dies after it sent."""

    def send(self, message):
        raise KeyboardInterrupt


class Slow:
    """A gateway whose worker lost its claim meanwhile."""

    def send(self, message):
        Message.objects.update(attempts=2)
        return Receipt("late")


class SlowToFail(Slow):
    def send(self, message):
        super().send(message)
        raise DeliveryFailed(Problem.INVALID_NUMBER, is_permanent=True)


def test_a_worker_that_dies_between_sending_and_noting_it_sends_again(person, settings):
    right, message = settings.DELIVERY_GATEWAYS, posted(person)
    settings.DELIVERY_GATEWAYS = {"text": f"{__name__}.BrokenHalfWay"}
    with pytest.raises(KeyboardInterrupt):
        deliver(message=message, at=timezone.now())
    settings.DELIVERY_GATEWAYS = right

    assert handed_over(message, at=timezone.now() + LOST_CLAIM).state == "done"


@pytest.mark.parametrize("gateway", ["Slow", "SlowToFail"])
def test_a_lost_claim_writes_nothing_and_tells_nothing(person, settings, gateway):
    settings.DELIVERY_GATEWAYS = {"text": f"{__name__}.{gateway}"}

    message = handed_over(posted(person))

    assert (message.state, message.vendor_id) == ("claimed", "")
    assert not AuditEvent.objects.filter(event="message.not_delivered").exists()
