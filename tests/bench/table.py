"""The table that people read, and the JSON that programs do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tests.bench.bars import Bar
from tests.bench.figures import Figures

HEADINGS: tuple[str, ...] = ("", "requests", "web ms", "database ms", "CPU ms", "least", "spread")
HEADINGS += ("x Argon2id", "p50 ms", "p99 ms", "statements")
WIDTHS = (14, 9, 8, 13, 8, 7, 8, 12, 8, 8, 12)


def table(lines: Sequence[Figures]) -> str:
    return "\n".join(_row(cells) for cells in (HEADINGS, *(_cells(line) for line in lines)))


def _cells(line: Figures) -> tuple[str, ...]:
    return (
        line.name,
        str(line.requests),
        f"{line.web_ms:.2f}",
        f"{line.database_ms:.2f}",
        f"{line.cpu_ms:.2f}",
        f"{line.least_ms:.2f}",
        f"±{line.spread / 2:.0%}",
        f"{line.times_argon2:.2f}",
        f"{line.p50_ms:.1f}",
        f"{line.p99_ms:.1f}",
        "–" if line.statements is None else str(line.statements),
    )


def _row(cells: Sequence[str]) -> str:
    name, *numbers = (
        cell.ljust(width) if not place else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return (name + "".join(numbers)).rstrip()


def as_json(servers: Mapping[str, Mapping[str, Figures]], *, bars: Sequence[Bar]) -> dict[str, Any]:
    return {
        "servers": {
            server: {name: _rounded(asdict(line)) for name, line in lines.items()}
            for server, lines in servers.items()
        },
        "bars": [_rounded({**asdict(bar), "holds": bar.holds}) for bar in bars],
    }


def _rounded(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _round(value) if isinstance(value, float) else value
        for name, value in columns.items()
        if name != "per_round_ms"
    }


def _round(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 3)
