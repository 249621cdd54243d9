"""Keep a few services together: started as one, watched, and ended with all their children.

Every service leads a process group of its own. So whatever it started can be ended even when
the service itself was killed and can no longer do so.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PAUSE = 0.1  # seconds between two looks
PR_SET_PDEATHSIG = 1
START_PATIENCE = 60.0  # seconds until every service must be ready
STOP_PATIENCE = 8.0  # seconds between asking a service to stop and killing it
DYING_PATIENCE = 0.5  # seconds for the killed to disappear; PID 1 may be slow to collect them
DEATHS_ALLOWED = 3  # within the period below; then something is wrong that a restart won't mend
DEATHS_PERIOD = 30.0  # seconds

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ServiceFailed(Exception):
    """A service that cannot be kept running. The sentence is for the person at the terminal."""


@dataclass(frozen=True, kw_only=True)
class Service:
    name: str
    command: Sequence[str]
    log: Path
    is_ready: Callable[[], bool]


@dataclass(kw_only=True)
class _Running:
    service: Service
    leader: subprocess.Popen[bytes]
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_ALLOWED))


def supervise(
    services: Sequence[Service],
    *,
    on_ready: Callable[[], None],
    say: Callable[[str], None],
    parent: int | None = None,
) -> None:
    """Run the services until a stop signal comes, or until the parent, if one is named, is gone.

    Call from the main thread. Raise ServiceFailed when a service does not become ready or keeps
    dying. However it ends, no process of any service is left.
    """
    running: list[_Running] = []
    with _stop_requests() as requests:
        try:
            for service in services:
                service.log.write_bytes(b"")
                running.append(_Running(service=service, leader=_start(service)))
            _watch(
                running,
                is_wanted=lambda: not requests and parent in (None, os.getppid()),
                on_ready=on_ready,
                say=say,
            )
        finally:
            _stop(running)


def _watch(
    running: Sequence[_Running],
    *,
    is_wanted: Callable[[], bool],
    on_ready: Callable[[], None],
    say: Callable[[str], None],
) -> None:
    waiting = [each.service for each in running]
    give_up_at = time.monotonic() + START_PATIENCE
    while is_wanted():
        for each in running:
            if each.leader.poll() is not None:
                _start_again(each, say=say)
        if waiting:
            waiting = [service for service in waiting if not service.is_ready()]
            if not waiting:
                on_ready()
            elif time.monotonic() > give_up_at:
                late = waiting[0]
                raise ServiceFailed(
                    f"The {late.name} did not become ready within {START_PATIENCE:.0f} seconds."
                    f" Its log: {late.log}"
                )
        time.sleep(PAUSE)
    say("Stopping …")


def _start(service: Service) -> subprocess.Popen[bytes]:
    with service.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  (our own commands, in services.py)
            service.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=_end_with_the_supervisor,
        )


def _end_with_the_supervisor() -> None:
    """Have Linux end the service when the supervisor is killed and cannot (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _start_again(each: _Running, *, say: Callable[[str], None]) -> None:
    _end_group(each.leader.pid)
    now = time.monotonic()
    each.deaths.append(now)
    if len(each.deaths) == DEATHS_ALLOWED and now - each.deaths[0] <= DEATHS_PERIOD:
        raise ServiceFailed(
            f"The {each.service.name} ended {DEATHS_ALLOWED} times within"
            f" {DEATHS_PERIOD:.0f} seconds. Its log: {each.service.log}"
        )
    say(f"The {each.service.name} ended by itself; starting it again. Its log: {each.service.log}")
    each.leader = _start(each.service)


def _stop(running: Sequence[_Running]) -> None:
    """Ask every leader, which knows its own children best; then end what is left of each group."""
    for each in running:
        each.leader.terminate()
    deadline = time.monotonic() + STOP_PATIENCE
    for each in running:
        with suppress(subprocess.TimeoutExpired):
            each.leader.wait(timeout=max(0.0, deadline - time.monotonic()))
        if each.leader.returncode is None:
            each.leader.kill()
            each.leader.wait()
        _end_group(each.leader.pid)


def _end_group(group: int) -> None:
    """Kill what is left of a service, and see it gone."""
    deadline = time.monotonic() + DYING_PATIENCE
    # Nobody left in the group: ProcessLookupError. Only the unreaped: PermissionError on macOS.
    with suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < deadline:
            os.killpg(group, signal.SIGKILL)
            time.sleep(0.01)


@contextmanager
def _stop_requests() -> Iterator[Sequence[int]]:
    """Collect stop signals, so that none interrupts a start or a stop half-way."""
    requests: list[int] = []

    def note(signal_number: int, _frame: FrameType | None) -> None:
        requests.append(signal_number)

    before = {number: signal.signal(number, note) for number in STOP_SIGNALS}
    try:
        yield requests
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
