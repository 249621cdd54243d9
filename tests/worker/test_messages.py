"""A real worker, a real beat and a real Redis: killed and stopped, and no message is lost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import DELIVER
from prescriptions.models import Signature
from tests import factories
from tests.brokers import sending_to
from tests.delivery.posting import posted
from tests.delivery.smtp_in_hand import a_certificate
from tests.pages import submit
from tests.prescriptions.signing import Desk, a_desk
from tests.services import redis as redis_server
from tests.services.serving import free_port
from tests.tokens.phones import ADD
from tests.worker.conftest import beating
from tests.worker.running import LOGS, running, wait_until
from tests.worker.tls_in_front import tls_in_front
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
def port() -> Iterator[int]:
    """Where a Redis of this test's own runs, or does not; our processes know no other."""
    port = free_port()
    with sending_to(f"redis://127.0.0.1:{port}/0"):
        yield port


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


def test_the_broker_may_be_reached_by_tls_and_not_by_a_stranger(
    redis, environment, sam, tmp_path, monkeypatch, caplog
):
    plain = redis.connection_pool.connection_kwargs["port"]
    trusted, other = tmp_path / "trusted", tmp_path / "other"
    for folder in (trusted, other):
        folder.mkdir()
        a_certificate(folder)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted / "mail.pem"))

    with tls_in_front(plain, certificate=other / "mail.pem") as port, _by_tls(port):
        posted(sam)
    refused = waiting_in(redis), "The broker does not answer" in caplog.text
    with tls_in_front(plain, certificate=trusted / "mail.pem") as port, _by_tls(port):
        posted(sam)

    assert refused == (0, True)
    assert waiting_in(redis) == 1


def waiting_in(redis) -> int:
    """Return how many messages wait to be delivered. A worker that was stopped a moment ago may
    still have put its own task back."""
    waiting = [json.loads(task)["headers"]["task"] for task in redis.lrange("celery", 0, -1)]
    return waiting.count(DELIVER)


def _by_tls(port: int):
    return sending_to(f"rediss://127.0.0.1:{port}/0")


@pytest.fixture
def sam(cloned_db):
    return factories.a_prescriber("snguyen")
