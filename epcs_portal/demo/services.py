"""The two services of the demo: the web server, and the worker with beat."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path

from epcs_portal.demo.supervisor import Service


def web_server(*, port: int, folder: Path) -> Service:
    command = [sys.executable, "-m", "gunicorn", "epcs_portal.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    command += ["--graceful-timeout", "5", "--no-control-socket"]
    return Service(
        name="web server",
        command=command,
        log=folder / "logs" / "web.log",
        is_ready=lambda: _answers(port),
    )


def worker(*, folder: Path) -> Service:
    command = [sys.executable, "-m", "celery", "-A", "epcs_portal", "worker", "--beat"]
    command += ["--schedule", str(folder / "beat-schedule")]
    command += ["--pool", "prefork", "--concurrency", "1", "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    log = folder / "logs" / "worker.log"
    return Service(
        name="worker", command=command, log=log, is_ready=lambda: b" ready." in log.read_bytes()
    )


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
