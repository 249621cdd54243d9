"""`make demo` from the outside: real processes, a folder and a port of their own."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.processes import processes_with
from tests.services.serving import free_port


@contextmanager
def a_demo(folder: Path, *, port: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Open the demo, read up to its last line, and see to it that it is closed."""
    demo = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=demo_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert demo.stdout is not None
    try:
        lines = []
        for line in demo.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("Ready:"):
                break
        yield demo, lines
    finally:
        demo.terminate()
        demo.communicate(timeout=20)


def demo_environment(folder: Path) -> dict[str, str]:
    demo_settings = {"DJANGO_SETTINGS_MODULE": "epcs_portal.settings.demo"}
    return {**os.environ, **demo_settings, "EPCS_DEMO_DIR": str(folder)}


def web_servers(port: int) -> list[int]:
    return processes_with(f"--bind 127.0.0.1:{port}")


def workers(folder: Path) -> list[int]:
    return processes_with(f"--schedule {folder}")


def status_of(path: str, *, port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_it_opens_says_so_last_and_leaves_nothing_when_it_is_closed(tmp_path: Path) -> None:
    port = free_port()

    with a_demo(tmp_path, port=port) as (demo, lines):
        assert lines[-1] == f"Ready: http://127.0.0.1:{port}/"
        assert status_of("/sign-in/?next=/settings/epcs/", port=port) == 200
        assert len(web_servers(port)) == 3
        assert len(workers(tmp_path)) == 3
        os.kill(workers(tmp_path)[0], signal.SIGKILL)
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=20)

    assert demo.returncode == 0
    assert web_servers(port) + workers(tmp_path) == []
    assert "next=" not in (tmp_path / "logs" / "web.log").read_text()


def test_a_second_demo_on_the_same_data_or_port_is_told_so(tmp_path: Path) -> None:
    port = free_port()

    with a_demo(tmp_path / "one", port=port) as (_demo, lines):
        with a_demo(tmp_path / "one", port=free_port()) as (same_folder, told_of_folder):
            same_folder.wait(timeout=20)
        with a_demo(tmp_path / "two", port=port) as (same_port, told_of_port):
            same_port.wait(timeout=20)

    assert lines[-1].startswith("Ready: ")
    assert (same_folder.returncode, same_port.returncode) == (1, 1)
    assert told_of_folder[0].startswith(f"The demo already runs at http://127.0.0.1:{port}/")
    assert told_of_port[0].startswith(f"Port {port} is taken by another program.")
