"""Why two passwords did not bring a token back into step, so that its owner can be told.

Pure, as the OATH core is. A finding moves no counter and accepts nothing.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from itertools import product

from tokens.oath import CounterToken, OathState, Windows

EXTRA = 4  # presses or steps beyond the longest gap
FAR_PRESSES = 20_000
FAR_STEPS = 2_880  # a day of 30 s: a wrong time zone, or a.m. for p.m.


class Finding(StrEnum):
    SAME = "same"
    REVERSED = "reversed"
    SKIPPED = "skipped"
    ALREADY_SHOWN = "already_shown"
    FAR_AHEAD = "far_ahead"
    NOT_FROM_THIS_TOKEN = "not_from_this_token"  # noqa: S105 - no password


def diagnose(token: OathState, first: str, second: str, *, windows: Windows, at: int) -> Finding:
    """Explain a pair that ``token.resynchronize()`` has just refused; ``at`` is Unix seconds.

    SAME: one OTP given twice. REVERSED: the second was shown before the first.
    SKIPPED: up to four presses (time-based: steps too many) lay between them.
    ALREADY_SHOWN: one of the two lies just below the floor, spent or passed over.
    FAR_AHEAD: a good pair, but out of reach (time-based: the clock is hours off).

    The first three are as sure as a pair, a few in 10^9 by chance. ALREADY_SHOWN
    rests on one OTP, one in 10^4. FAR_AHEAD costs twenty searches and comes last.
    """
    if first == second:
        return Finding.SAME
    near, gap = token.search_window(windows, at=at), token.longest_gap(windows)
    searched = range(near.start, near.stop + gap + EXTRA)
    pairs = list(product(*token.positions(searched, first, second)))
    if any(s in near and 0 < f - s <= gap for f, s in pairs):
        return Finding.REVERSED
    if any(f in near and gap < s - f <= gap + EXTRA for f, s in pairs):
        return Finding.SKIPPED
    if token.was_spent(first) or token.was_spent(second):
        return Finding.ALREADY_SHOWN
    far = FAR_PRESSES if isinstance(token, CounterToken) else FAR_STEPS
    if token.resynchronize(first, second, replace(windows, resynchronization=far), at=at):
        return Finding.FAR_AHEAD
    return Finding.NOT_FROM_THIS_TOKEN
