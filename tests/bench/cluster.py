"""A throw-away PostgreSQL with the settings it comes with: what is committed is on the disk."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import postgres
from tests.services.serving import free_port, served, temporary_folder, unprivileged_user


@dataclass(frozen=True, kw_only=True)
class Cluster:
    url: str
    process: int  # the postmaster, whose children serve the connections
    log: Path


@contextmanager
def running(programs: Path, *, log: Path) -> Iterator[Cluster]:
    """Yield a new cluster, which is gone after the block.

    The tests' own cluster does not wait for the disk, and the peers' figures were not made so.
    """
    user, port = unprivileged_user(), free_port()
    with temporary_folder(owner=user) as folder:
        programs = postgres._readable(programs, folder=folder, user=user)
        data = folder / "cluster"
        postgres._initialize(data, programs=programs, user=user)
        command = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-k", str(folder)]

        def answers() -> bool:
            probe = [str(programs / "pg_isready"), "--quiet", "--host", "127.0.0.1"]
            return subprocess.run([*probe, "--port", str(port)], check=False).returncode == 0

        with served(command, folder=folder, user=user, log=log, answers=answers):
            process = int((data / "postmaster.pid").read_text().split()[0])
            yield Cluster(url=f"postgres://epcs@127.0.0.1:{port}/epcs", process=process, log=log)
