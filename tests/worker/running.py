"""A worker that really runs, and really dies."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.parts import PYTHON, ROOT, WORK

LOGS = WORK / "logs" / "worker"
PATIENCE = 40.0  # seconds
COMMAND = [PYTHON, "-m", "celery", "-A", "tests.worker.hurried", "worker"]
COMMAND += ["--pool", "prefork", "--concurrency", "1", "--loglevel", "INFO"]
COMMAND += ["--without-gossip", "--without-mingle", "--without-heartbeat"]


class Worker:
    """A worker and its child, in a process group of their own."""

    def __init__(self, leader: subprocess.Popen[bytes], log: Path) -> None:
        self._leader, self._log = leader, log

    def wait_for(self, words: str) -> None:
        """Wait until the worker's log says so."""
        wait_until(lambda: self._leader.poll() is not None or self._has_said(words))
        assert self._has_said(words), self._log.read_text()

    def kill(self) -> None:
        """As a power cut would: it can tell nobody, and neither can its child."""
        with suppress(ProcessLookupError):
            os.killpg(self._leader.pid, signal.SIGKILL)
        self._leader.wait()

    def stop(self) -> None:
        """Ask it to stop, as systemd would; then see that nothing of it is left."""
        self._leader.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._leader.wait(timeout=PATIENCE)
        self.kill()

    def _has_said(self, words: str) -> bool:
        return words in self._log.read_text()


@contextmanager
def running(
    name: str,
    *,
    environment: Mapping[str, str],
    command: Sequence[str] = COMMAND,
    ready: str = " ready.",
) -> Iterator[Worker]:
    """Yield a worker that is ready for work; or beat, which says something else then."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("wb") as output:
        leader = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    worker = Worker(leader, log)
    try:
        worker.wait_for(ready)
        yield worker
    finally:
        worker.stop()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(0.05)
