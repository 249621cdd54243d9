"""Start a throw-away server in a folder of its own, and leave nothing of it behind."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.services.installing import ComponentMissing

PATIENCE = 30.0  # seconds
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """Return a port below those that systems hand out to connections, of which tests open many.

    Not even two runs whose random numbers were seeded alike find the same one.
    """
    while True:
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def unprivileged_user() -> str | None:
    """Return the user to run servers as that refuse to be root; None when this is not root."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def rights_of(user: str | None) -> dict[str, Any]:
    """Return what subprocess needs to run a command as the user, with no group of ours kept."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


@contextmanager
def temporary_folder(*, owner: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="epcs-test-"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(
    command: Sequence[str],
    *,
    folder: Path,
    user: str | None,
    log: Path,
    answers: Callable[[], bool],
) -> Iterator[None]:
    """Run the server while the block runs. SIGINT stops PostgreSQL fast, and Redis as well."""
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=folder,
            **rights_of(user),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        _wait(server, log=log, answers=answers)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=PATIENCE)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait(server: subprocess.Popen[bytes], *, log: Path, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise ComponentMissing(f"{server.args!r} does not answer. Its log: {log}")
        time.sleep(0.05)
