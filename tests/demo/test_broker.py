"""The demo's queue of files: a message is whole as soon as it can be taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import virtual

from epcs_portal.celery import app
from epcs_portal.demo import broker
from epcs_portal.settings.demo import CELERY_BROKER_TRANSPORT

MESSAGES = 2000
Connect = Callable[[], Connection]


@pytest.fixture
def connect(tmp_path, monkeypatch) -> Connect:
    # A process remembers what it declared, wherever the files are.
    monkeypatch.setattr(broker.Transport, "global_state", virtual.BrokerState())
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    return lambda: app.connection_for_write(
        "files", transport=CELERY_BROKER_TRANSPORT, transport_options=options
    )


def take_all(connect: Connect) -> list[int]:
    taken: list[int] = []
    with connect() as connection, connection.SimpleQueue("celery") as queue:
        while len(taken) < MESSAGES:
            try:
                message = queue.get_nowait()
            except Empty:
                continue
            message.ack()
            taken.append(message.payload["number"])
    return taken


def test_a_worker_that_looks_all_the_time_takes_whole_messages_each_once(connect):
    with (
        ThreadPoolExecutor(1) as worker,
        connect() as connection,
        connection.SimpleQueue("celery") as queue,
    ):
        taking = worker.submit(take_all, connect)
        for number in range(MESSAGES):
            if taking.done():
                break  # it gave up
            queue.put({"number": number})
        taken = taking.result(timeout=60)

    assert sorted(taken) == list(range(MESSAGES))


def test_a_message_waits_in_a_file_of_its_own(connect, tmp_path):
    with connect() as connection, connection.SimpleQueue("celery") as queue:
        queue.put({"number": 1})

        [file] = (tmp_path / "queue").iterdir()
        assert file.name.endswith(".celery.msg")
        assert json.loads(file.read_text())["content-type"] == "application/json"
        assert len(queue) == 1
