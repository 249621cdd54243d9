from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from epcs_portal.demo.occupancy import Occupied, empty, occupied, refuse_taken_port
from epcs_portal.demo.supervisor import Service, ServiceFailed, supervise
from tests.processes import processes_with

# Starts a child that only a kill ends, writes both process numbers down, and sleeps.
PARENT_OF_A_STUBBORN_CHILD = """
import os, pathlib, subprocess, sys, time
stubborn = "from signal import *; import time; signal(SIGTERM, SIG_IGN); print(1, flush=True)"
stubborn += "; time.sleep(99)"
child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
child.stdout.readline()
with pathlib.Path(sys.argv[1]).open("a") as book:
    book.write(f"{os.getpid()} {child.pid}\\n")
time.sleep(99)
"""


def a_service(folder: Path, *, program: str = PARENT_OF_A_STUBBORN_CHILD) -> Service:
    book = folder / "book"
    return Service(
        name="errand",
        command=[sys.executable, "-c", program, str(book)],
        log=folder / "errand.log",
        is_ready=book.exists,
    )


def written(folder: Path, *, lines: int) -> list[list[int]]:
    """Wait for the lines of the book, and return their process numbers."""
    book = folder / "book"
    wait_until(lambda: book.exists() and book.read_text().count("\n") >= lines)
    return [[int(number) for number in line.split()] for line in book.read_text().splitlines()]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"


def meanwhile(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_services_and_their_children(
    tmp_path: Path, stop: signal.Signals
) -> None:
    said: list[str] = []

    supervise(
        [a_service(tmp_path)],
        on_ready=lambda: os.kill(os.getpid(), stop),
        say=said.append,
    )

    assert all(is_gone(process) for process in written(tmp_path, lines=1)[0])
    assert said == ["Stopping …"]


def test_a_killed_service_is_started_again_and_its_children_are_ended(tmp_path: Path) -> None:
    said: list[str] = []

    def kill_it_then_stop_all() -> None:
        leader, _child = written(tmp_path, lines=1)[0]
        os.kill(leader, signal.SIGKILL)
        written(tmp_path, lines=2)
        os.kill(os.getpid(), signal.SIGTERM)

    other = meanwhile(kill_it_then_stop_all)
    supervise([a_service(tmp_path)], on_ready=lambda: None, say=said.append)
    other.join()

    first, second = written(tmp_path, lines=2)
    assert all(is_gone(process) for process in [*first, *second])
    assert "The errand ended by itself; starting it again." in said[0]
    assert said[1:] == ["Stopping …"]


def test_a_service_that_keeps_dying_is_given_up(tmp_path: Path) -> None:
    said: list[str] = []
    dying = a_service(tmp_path, program="raise SystemExit(3)")

    with pytest.raises(ServiceFailed, match="The errand ended 3 times within 30 seconds"):
        supervise([dying], on_ready=lambda: None, say=said.append)

    assert len(said) == 2


def test_services_end_when_whoever_started_the_supervisor_is_gone(tmp_path: Path) -> None:
    passed_away = subprocess.Popen([sys.executable, "-c", ""])
    passed_away.wait()

    supervise(
        [a_service(tmp_path)],
        on_ready=lambda: None,
        say=lambda _: None,
        parent=passed_away.pid,
    )

    assert not processes_with(str(tmp_path))


def test_a_taken_port_is_named_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]

        with pytest.raises(Occupied) as refusal:
            refuse_taken_port(port)

    assert f"Port {port} is taken" in str(refusal.value)
    assert "make demo" in str(refusal.value)
    refuse_taken_port(port)


def test_one_folder_holds_one_demo_and_is_not_emptied_while_it_runs(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "portal.sqlite3").write_text("rows")

    with occupied(tmp_path, address="http://127.0.0.1:8000/"):
        with pytest.raises(Occupied, match=r"already runs at http://127\.0\.0\.1:8000/ "):
            empty(tmp_path)
        assert (tmp_path / "portal.sqlite3").exists()
    empty(tmp_path)

    assert not (tmp_path / "portal.sqlite3").exists()
    assert not (tmp_path / "logs").exists()


WAITS = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()}\\n")
time.sleep(99)
"""
SUPERVISES = """
import pathlib, sys
from epcs_portal.demo.supervisor import supervise
from tests.demo.test_supervisor import WAITS, a_service
supervise([a_service(pathlib.Path(sys.argv[1]), program=WAITS)], on_ready=print, say=print)
"""


def test_a_supervisor_that_is_killed_takes_its_services_along(tmp_path: Path) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISES, str(tmp_path)])
    [[service]] = written(tmp_path, lines=1)

    supervisor.kill()
    supervisor.wait()

    wait_until(lambda: is_gone(service))
