"""The arithmetic of the bench: from rounds of requests to a line of the table, and its bar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, kw_only=True)
class Round:
    """One pass over all people, and what it took."""

    requests: int
    web_ms: float  # CPU of the web server, in all
    database_ms: float  # CPU of PostgreSQL, in all
    waits_ms: Sequence[float]  # wall time of each request, as its browser saw it
    argon2_ms: float = 0.0  # CPU of one Argon2id verification, measured just before and after


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One line of the table. CPU is in ms a request: the median of the rounds."""

    name: str
    requests: int
    web_ms: float
    database_ms: float
    cpu_ms: float
    least_ms: float  # CPU of the cheapest round: what disturbs a machine only ever adds
    spread: float  # the largest round's CPU above the smallest's, as a share of the median
    p50_ms: float
    p99_ms: float
    argon2_ms: float
    times_argon2: float
    per_round_ms: Sequence[float]
    statements: int | None = None


def figures_of(name: str, rounds: Sequence[Round], *, statements: int | None = None) -> Figures:
    sums = [(each.web_ms + each.database_ms) / each.requests for each in rounds]
    waits = [wait for each in rounds for wait in each.waits_ms]
    return Figures(
        name=name,
        requests=sum(each.requests for each in rounds),
        web_ms=median(each.web_ms / each.requests for each in rounds),
        database_ms=median(each.database_ms / each.requests for each in rounds),
        cpu_ms=median(sums),
        least_ms=min(sums),
        spread=(max(sums) - min(sums)) / median(sums),
        p50_ms=median(waits),
        p99_ms=percentile(waits, 99),
        argon2_ms=median(each.argon2_ms for each in rounds),
        times_argon2=_ratio(rounds, sums),
        per_round_ms=sums,
        statements=statements,
    )


def _ratio(rounds: Sequence[Round], sums: Sequence[float]) -> float:
    """Each round beside the Argon2id of the same seconds: what slows the machine slows both."""
    pairs = zip(rounds, sums, strict=True)
    return median(cpu / each.argon2_ms if each.argon2_ms else math.nan for each, cpu in pairs)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that so many per cent do not exceed, interpolated within what was seen."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]
