"""One demo at a time in a folder, and one server at a time on a port."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_NAME = "running"


class Occupied(Exception):
    """Someone else is there. The sentence is for the person at the terminal."""


@contextmanager
def occupied(folder: Path, *, address: str) -> Iterator[None]:
    """Hold the folder while the block runs; raise Occupied when a running demo holds it."""
    lock = _open_lock(folder)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Occupied(
                f"The demo already runs at {_read(lock)} with the data in {folder}."
                " Stop it first (Ctrl-C where it was started)."
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, address.encode())
        yield
    finally:
        os.close(lock)


def empty(folder: Path) -> None:
    """Delete the demo's data; raise Occupied while a demo uses them."""
    with occupied(folder, address="no address, it is being emptied,"):
        for entry in folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != LOCK_NAME:  # a deleted lock could be held twice
                entry.unlink()


def refuse_taken_port(port: int) -> None:
    """Raise Occupied when the port cannot be listened on at 127.0.0.1."""
    with socket.socket() as probe:
        # As the web server does: a port is free although closed connections to it linger.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = f"Port {port} is taken by another program"
            else:
                reason = f"Port {port} cannot be used ({error.strerror})"
            other = port + 1 if 1024 <= port < 65535 else 8000
            raise Occupied(f"{reason}. Choose another: `PORT={other} make demo`.") from None


def _open_lock(folder: Path) -> int:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)


def _read(lock: int) -> str:
    return os.pread(lock, 200, 0).decode() or "an unknown address"
