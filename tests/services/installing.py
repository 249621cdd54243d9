"""Get a missing component: from the distribution when root, else from the package registry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")


class ComponentMissing(Exception):
    """Something that the tests need cannot be had. The sentence names the remedy."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def on_path(*names: str) -> Path | None:
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def by_apt(*packages: str) -> bool:
    """Install Debian packages; False when this is not root on a Debian, or they are not there."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"  installing {' '.join(packages)} with apt-get …")
    with _no_service_started():
        return _succeeds(["apt-get", "update", "-qq"]) and _succeeds(
            ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", *packages]
        )


def by_wheel(requirement: str) -> bool:
    """Install a wheel from the package registry into this virtual environment."""
    say(f"  installing {requirement} into .venv …")
    options = ["--python", sys.executable]
    return _succeeds([sys.executable, "-m", "uv", "pip", "install", *options, requirement]) or (
        _succeeds([sys.executable, "-m", "pip", "install", requirement])
    )


def _succeeds(command: Sequence[str]) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        say(f"  {command[0]} did not succeed: {done.stderr.strip()[-400:]}")
    return done.returncode == 0


@contextmanager
def _no_service_started() -> Iterator[None]:
    """Debian starts a service as soon as it is installed; the tests want only its programs."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
