"""The demo's own keys: drawn at the first start, kept beside its database, for nobody else."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

DRAWN: dict[str, Callable[[], str]] = {
    "secret_key": lambda: secrets.token_urlsafe(50),
    "sealing_keys": lambda: f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    "webhook_secret": lambda: f"whsec_{secrets.token_urlsafe(32)}",
}


@dataclass(frozen=True)
class DemoSecrets:
    secret_key: str = field(repr=False)
    sealing_keys: str = field(repr=False)
    webhook_secret: str = field(repr=False)  # of the virtual payment service


def demo_secrets(folder: Path) -> DemoSecrets:
    """Return the keys in ``folder``, drawing first what is missing: all, or what an earlier demo
    had no use for."""
    path = folder / "demo-secrets.json"
    known = _read(path)
    if not DRAWN.keys() <= known.keys():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):  # of two processes that start at once the second finds what it needs
            known = {name: draw() for name, draw in DRAWN.items()} | _read(path)
            _write(path, known)
    return DemoSecrets(**{name: known[name] for name in DRAWN})


def _read(path: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return known


def _write(path: Path, known: dict[str, str]) -> None:
    """Under another name first, so that nobody reads half a file."""
    draft = path.with_name(f".demo-secrets.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(known))
    draft.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
