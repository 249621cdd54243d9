"""Which processes run on this machine, to see that none is left."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def processes_with(argument: str) -> list[int]:
    """Return the numbers of the processes with the text in their command line, lowest first."""
    commands = _as_linux_tells() if (PROC / "self").exists() else _as_ps_tells()
    return sorted(number for number, command in commands.items() if argument in command)


def _as_linux_tells() -> dict[int, str]:
    commands = {}
    for process in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
            commands[int(process.name)] = command.decode(errors="replace")
    return commands


def _as_ps_tells() -> dict[int, str]:  # pragma: no cover (macOS, whose ps is always there)
    asked = ["ps", "-axww", "-o", "pid=,args="]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=1) for line in said.splitlines()]
    return {int(number): command for number, command in lines}
