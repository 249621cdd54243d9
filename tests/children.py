"""Run commands, and know that nothing they started is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from tests.parts import ROOT, Part
from tests.services.installing import say

MARK = "EPCS_TEST_RUN"
PAUSE = 0.05  # seconds
DYING = 3.0  # seconds in which processes of an ended part may still be on their way out
PATIENCE = 15.0  # seconds that an interrupted part has to clean up after itself


class Children:
    """The processes of one run: each carries the run's mark in its environment."""

    def __init__(self) -> None:
        self._mark = uuid4().hex
        self.strays: list[str] = []

    def run(self, part: Part, *, environment: Mapping[str, str]) -> bool:
        """Run the part's commands, as far as they succeed; show and keep what they print."""
        settings = {**os.environ, **environment, **part.environment}
        with part.log.open("wb") as log, part.log.open("rb") as shown:
            return all(
                self._run_one(command, settings, log=log, shown=shown) for command in part.commands
            )

    @contextmanager
    def none_left(self) -> Iterator[None]:
        """End what is left of the run when the block ends; remember it as ``strays``."""
        os.environ[MARK] = self._mark
        try:
            yield
        finally:
            del os.environ[MARK]
            deadline = time.monotonic() + DYING
            while (left := list(self._still_running())) and time.monotonic() < deadline:
                time.sleep(PAUSE)
            for process, command in left:
                self.strays.append(command)
                say(f"Left running, and ended now: {command}")
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def _run_one(
        self, command: Sequence[str], settings: Mapping[str, str], *, log: BinaryIO, shown: BinaryIO
    ) -> bool:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        try:
            while child.poll() is None:
                _show(shown)
                time.sleep(PAUSE)
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)  # pytest then tears its fixtures down
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=PATIENCE)
            raise
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            _show(shown)
        return child.returncode == 0

    def _still_running(self) -> Iterator[tuple[int, str]]:
        """Yield number and command of the run's processes, wherever they went, as Linux tells."""
        mark = f"{MARK}={self._mark}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    yield int(process.name), command


def _show(shown: BinaryIO) -> None:
    sys.stdout.buffer.write(shown.read())
    sys.stdout.buffer.flush()
