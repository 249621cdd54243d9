"""A database, a broker, and a stand-in for Twilio that tests and workers share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.delivery.conftest import ACCOUNT, TOKEN, Twilio
from tests.parts import PYTHON, ROOT
from tests.services.serving import free_port, served
from tests.worker.running import LOGS, Worker, running


@pytest.fixture
def redis() -> Iterator[Redis]:
    """An empty broker."""
    url = os.environ.get("EPCS_TEST_REDIS_URL")
    if not url:
        pytest.fail("EPCS_TEST_REDIS_URL names no Redis. `make test` starts one.")
    with Redis.from_url(url) as broker:
        broker.flushdb()
        yield broker
        broker.flushdb()


@pytest.fixture
def environment(cloned_db, tmp_path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "epcs_portal.settings.test",
        "EPCS_TEST_DATABASE_URL": cloned_db.url,
        "EPCS_TEST_CHECKPOINT_DIR": str(tmp_path / "checkpoints"),
    }


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    LOGS.mkdir(parents=True, exist_ok=True)
    port = free_port()
    stand_in = Twilio(f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "tests.services.twilio_stand_in", "--port", str(port)]
    command += ["--account", ACCOUNT, "--token", TOKEN]
    log = LOGS / "twilio.log"
    with served(command, folder=ROOT, user=None, log=log, answers=stand_in.is_there):
        yield stand_in


@contextmanager
def beating(name: str, *, environment: dict[str, str], folder: Path) -> Iterator[Worker]:
    """Run beat, a process of its own as in production."""
    command = [PYTHON, "-m", "celery", "-A", "tests.worker.hurried", "beat"]
    command += ["--schedule", str(folder / "schedule"), "--pidfile", "", "--loglevel", "INFO"]
    with running(name, environment=environment, command=command, ready="Starting...") as beat:
        yield beat
