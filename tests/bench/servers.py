"""The portal under a web server: production settings, two workers of four threads."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.browsers import Connections
from tests.parts import ROOT
from tests.services.installing import ComponentMissing
from tests.services.serving import free_port

PATIENCE = 30.0  # seconds

GUNICORN = ["gunicorn", "epcs_portal.wsgi", "--bind", "127.0.0.1:{port}"]
GUNICORN += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
GUNICORN += ["--graceful-timeout", "5", "--no-control-socket"]
GRANIAN = ["granian", "epcs_portal.wsgi:application", "--interface", "wsgi", "--no-ws"]
GRANIAN += ["--host", "127.0.0.1", "--port", "{port}", "--http", "1"]
GRANIAN += ["--workers", "2", "--blocking-threads", "4", "--blocking-threads-idle-timeout", "600"]
GRANIAN += ["--workers-kill-timeout", "15", "--respawn-failed-workers"]
COMMANDS = {"gunicorn": GUNICORN, "granian": GRANIAN}
PRODUCTION_SERVER = "gunicorn"


@dataclass(frozen=True, kw_only=True)
class Server:
    name: str
    process: int
    connections: Connections


@contextmanager
def running(name: str, *, log: Path) -> Iterator[Server]:
    """Yield the portal under this server, with connections open to it. It is gone afterwards."""
    port = free_port()
    command = [sys.executable, "-m", *(part.format(port=port) for part in COMMANDS[name])]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    connections = Connections(port)
    try:
        _wait(process, port, log=log)
        yield Server(name=name, process=process.pid, connections=connections)
    finally:
        connections.close()
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=PATIENCE)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, *, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ComponentMissing(f"{process.args!r} does not answer. Its log: {log}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": "portal.example"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
