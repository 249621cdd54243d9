"""A real worker, a real beat and a real Redis: killed and stopped, and no message is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings

from epcs_portal.delivery import postbox
from epcs_portal.delivery.models import Message
from prescriptions.models import Signature
from tests import factories
from tests.delivery.posting import posted
from tests.pages import submit
from tests.prescriptions.signing import Desk, a_desk
from tests.services import redis as redis_server
from tests.services.serving import free_port
from tests.tokens.phones import ADD
from tests.worker.conftest import beating
from tests.worker.running import LOGS, running, wait_until
from tokens.models import BackupPhone

MESSAGES = 50
SOON = 3.0  # seconds: nobody waits for a broker


def all_sent() -> bool:
    return not Message.objects.exclude(state=Message.State.DONE).exists()


def test_a_worker_killed_with_50_messages_in_flight_loses_none(
    redis, environment, twilio, tmp_path
):
    environment |= {"EPCS_TEST_TWILIO_URL": twilio.address}
    sam = factories.a_prescriber("snguyen")
    sent = {str(posted(sam).pk) for _ in range(MESSAGES)}

    with beating("beat", environment=environment, folder=tmp_path):
        with running("killed-sending", environment=environment) as worker:
            wait_until(lambda: len(twilio.asked) >= 10)
            worker.kill()
        handed_over = len(twilio.asked)
        assert not all_sent()
        with running("sends-the-rest", environment=environment):
            wait_until(all_sent)

    told = [asked["fields"]["StatusCallback"].split("/")[-2] for asked in twilio.asked]
    assert 10 <= handed_over < MESSAGES
    assert set(told) == sent
    assert len(told) <= MESSAGES + 1  # the one it was sending when it died, at most
    assert not Message.objects.exclude(sealed=b"").exists()


@pytest.fixture
def port(monkeypatch) -> Iterator[int]:
    """Where a Redis of this test's own runs, or does not; our processes know no other."""
    port = free_port()
    own = Celery("own", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    own.conf.update(
        broker_transport_options=settings.REDIS_TRANSPORT_OPTIONS,
        task_publish_retry=settings.CELERY_TASK_PUBLISH_RETRY,
    )
    monkeypatch.setattr(postbox, "current_app", own)
    monkeypatch.setattr(postbox, "_woken_again_at", 0.0)
    yield port
    own.close()


@pytest.fixture
def desk(cloned_db, client) -> Desk:
    """Somebody who may sign, and may add a first phone."""
    return a_desk(client)


def a_redis(port: int):
    LOGS.mkdir(parents=True, exist_ok=True)
    program = Path(os.environ.get("EPCS_REDIS_SERVER") or redis_server.find_or_install())
    return redis_server.running(program, log=LOGS / f"redis-{port}.log", port=port)


def test_redis_stops_while_a_phone_is_added_and_the_message_goes_out_when_it_returns(
    environment, port, desk, tmp_path
):
    environment |= {"EPCS_TEST_REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    submit(desk.client, "/epcs/verify/token/", otp=desk.fob.press())
    with ExitStack() as processes:
        with a_redis(port):
            for process in (
                running("redis-stops", environment=environment),
                beating("beat-redis-stops", environment=environment, folder=tmp_path),
            ):
                processes.enter_context(process)
        began = time.monotonic()
        added = submit(desk.client, ADD, phone="802 555 0187", delivery="text")
        signed = desk.sign()
        took = time.monotonic() - began
        waiting = Message.objects.get()
        with a_redis(port):
            wait_until(all_sent)

    assert added.url.startswith(f"/epcs/phones/{BackupPhone.objects.get().pk}/confirm/")
    assert signed.status_code == 302
    assert Signature.objects.count() == 1
    assert took < SOON
    assert (waiting.state, waiting.attempts) == ("queued", 0)
