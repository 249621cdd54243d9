"""What must hold. A bar that is missed ends the bench with status 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from tests.bench.figures import Figures

VERIFICATION_MS = 5.0
VERIFICATION_STATEMENTS = 14
RESYNC_MS = 8.0
SIGNING_TIMES_ARGON2 = 1.35
CARD_PAGE_STATEMENTS = 13
# The same requests differ by so much from run to run on a machine that does other things as well.
NOISE = 0.05


@dataclass(frozen=True)
class Bar:
    scenario: str
    what: str
    measured: float
    allowed: float
    is_aim: bool = False  # told, and decides nothing

    @property
    def holds(self) -> bool:
        return not math.isnan(self.measured) and self.measured <= self.allowed

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "aim" if self.is_aim else "MISSED"
        return f"{verdict:<7}{self.scenario}: {self.what} {self.measured:.2f} <= {self.allowed:.2f}"


def bars_of(lines: Mapping[str, Figures]) -> list[Bar]:
    """Return the bars of the scenarios that were measured."""
    bars = []
    if line := lines.get("verification"):
        bars.append(Bar(line.name, "CPU ms", line.cpu_ms, VERIFICATION_MS))
        bars.append(_statements(line, VERIFICATION_STATEMENTS))
    if line and (refused := lines.get("refusal")):
        # Round by round: the two were measured one right after the other.
        pairs = zip(refused.per_round_ms, line.per_round_ms, strict=True)
        ratio = median(one / other for one, other in pairs)
        bars.append(Bar(refused.name, "x verification", ratio, 1 + NOISE, is_aim=True))
    if line := lines.get("resync"):
        bars.append(Bar(line.name, "CPU ms", line.cpu_ms, RESYNC_MS))
    if line := lines.get("card page"):
        bars.append(_statements(line, CARD_PAGE_STATEMENTS))
    if line := lines.get("signing"):
        bars.append(Bar(line.name, "x Argon2id", line.times_argon2, SIGNING_TIMES_ARGON2))
    return bars


def _statements(line: Figures, allowed: int) -> Bar:
    counted = math.nan if line.statements is None else line.statements
    return Bar(line.name, "statements", counted, allowed)
