"""Run commands, some side by side, and know that nothing they started is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
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

    def run(
        self, parts: Sequence[Part], *, environment: Mapping[str, str], at_once: int
    ) -> Generator[tuple[Part, float, bool]]:
        """Run the parts in order, so many side by side, and beside them those that mostly wait.

        Yield each as it ends, with its seconds and whether it succeeded. What still runs when the
        caller wants no more is ended.
        """
        waiting, running = deque(parts), list[_Running]()
        try:
            while waiting or running:
                while waiting and (waiting[0].waits or _busy(running) < at_once):
                    part = waiting.popleft()
                    running.append(_Running(part, environment, is_prefixed=at_once > 1))
                time.sleep(PAUSE)
                for each in list(running):
                    if each.has_ended():
                        running.remove(each)
                        yield each.part, each.seconds, each.has_succeeded
        finally:
            for each in running:
                each.interrupt()
            deadline = time.monotonic() + PATIENCE
            for each in running:
                each.end(deadline=deadline)

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

    def _still_running(self) -> Iterator[tuple[int, str]]:
        """Yield number and command of the run's processes, wherever they went, as Linux tells."""
        mark = f"{MARK}={self._mark}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    yield int(process.name), command


def _busy(running: list[_Running]) -> int:
    return sum(not each.part.waits for each in running)


class _Running:
    """A part that runs: its commands, as far as they succeed; what they print is shown and kept.

    Beside other parts it shows whole lines, each with the name of the part in front.
    """

    def __init__(self, part: Part, environment: Mapping[str, str], *, is_prefixed: bool) -> None:
        self.part = part
        self.has_succeeded = False
        self._settings = {**os.environ, **environment, **part.environment}
        self._prefix = f"{part.name:<19} │ ".encode() if is_prefixed else b""
        self._unshown = b""
        self._started_at = time.monotonic()
        self._commands = deque(part.commands)
        self._log, self._read = part.log.open("wb"), part.log.open("rb")
        say(f"\n── {part.name} ──")
        self._child = self._start(self._commands.popleft())

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started_at

    def has_ended(self) -> bool:
        """Show what was printed meanwhile, and start the next command when it is time."""
        self._show()
        if self._child.poll() is None:
            return False
        self._reap()
        if self._child.returncode == 0 and self._commands:
            self._child = self._start(self._commands.popleft())
            return False
        self.has_succeeded = self._child.returncode == 0
        self._show(is_all=True)
        self._log.close()
        self._read.close()
        return True

    def interrupt(self) -> None:
        """Ask it to end: pytest then tears its fixtures down."""
        self._child.send_signal(signal.SIGINT)

    def end(self, *, deadline: float) -> None:
        """Wait for it until then, and no longer. How it was torn down stands in its log."""
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(timeout=max(0.0, deadline - time.monotonic()))
        self._reap()
        self._log.close()
        self._read.close()
        say(f"── {self.part.name}: stopped after {self.seconds:.1f} s ──")

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._settings,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )

    def _reap(self) -> None:
        """End what is left of the command's process group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def _show(self, *, is_all: bool = False) -> None:
        printed = self._unshown + self._read.read()
        if self._prefix:
            *lines, self._unshown = printed.split(b"\n")
            if is_all and self._unshown:
                lines.append(self._unshown)
            printed = b"".join(self._prefix + line + b"\n" for line in lines)
        sys.stdout.buffer.write(printed)
        sys.stdout.buffer.flush()
