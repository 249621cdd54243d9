"""The CPU time of a process and of all it started, as Linux counts it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
MS_PER_TICK = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(root: int) -> float:
    """Return user and system time of the process and its descendants, in ms.

    Each process tells its own time and that of the children it waited for, so what a child used
    that came and went in between is counted as well.
    """
    stats = _all_stats()
    return MS_PER_TICK * sum(stats[number].ticks for number in _family(stats, root))


class Stat:
    """What /proc/<number>/stat says: the parent, and four counts of ticks."""

    def __init__(self, text: str) -> None:
        # The name stands in brackets and may hold blanks and brackets itself.
        fields = text.rpartition(")")[2].split()
        self.parent = int(fields[1])
        self.ticks = sum(int(field) for field in fields[11:15])  # utime stime cutime cstime


def _all_stats() -> dict[int, Stat]:
    stats = {}
    for process in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            stats[int(process.name)] = Stat((process / "stat").read_text())
    return stats


def _family(stats: dict[int, Stat], root: int) -> set[int]:
    if root not in stats:
        raise ProcessLookupError(f"Process {root} is gone: its CPU time cannot be read.")
    family, waiting = set(), {root}
    while waiting:
        family |= waiting
        waiting = {number for number, stat in stats.items() if stat.parent in waiting} - family
    return family
