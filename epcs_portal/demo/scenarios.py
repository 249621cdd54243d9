"""Make something go wrong: what may happen to a token between two days at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import User
from epcs_portal.demo.models import VirtualFob
from epcs_portal.refusals import Refusal
from tokens import selectors
from tokens.flows.try_token import try_token
from tokens.models import HardToken, SeedRecord
from tokens.refusals import TokenHeld, TokenLocked


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """``done`` and ``told`` are what the person reads afterwards: what happened, and what of it."""

    value: str
    label: str
    text: str
    done: str
    told: str
    play: Callable[[VirtualFob, User, datetime], None]
    only_own: bool = False


def _knock(fob: VirtualFob, _person: User, at: datetime) -> None:
    fob.press(times=15, at=at)


def _carry(fob: VirtualFob, _person: User, at: datetime) -> None:
    fob.press(times=400, at=at)
    fob.go_dark()


def _wait(fob: VirtualFob, _person: User, _at: datetime) -> None:
    fob.go_dark()


def _lock(_fob: VirtualFob, person: User, at: datetime) -> None:
    """Enter incorrect codes as a stranger would: through the flow, counted and on the trail."""
    for _attempt in range(settings.OTP_FAILURES_TO_LOCK):
        token = selectors.hard_token_of(person)
        if token is None:
            return
        try:
            try_token(token=token, otp=_never_shown(token), at=at)
        except (TokenLocked, TokenHeld):
            return
        except Refusal:
            continue


def _expire(fob: VirtualFob, _person: User, at: datetime) -> None:
    SeedRecord.objects.filter(pk=fob.seed_record_id).update(expires_at=at)


def _never_shown(token: HardToken) -> str:
    """Return six digits far from all this token shows, however it is resynchronized meanwhile."""
    floor, reach = token.next_factor, 2 * settings.RESYNCHRONIZATION_PRESSES
    near = range(max(0, floor - reach), floor + reach)
    state = token.seed_record.oath_state(next_factor=floor)
    codes = (f"{number:06}" for number in range(1_000_000))
    return next(code for code in codes if not state.positions(near, code)[0])


SCENARIOS = {
    scenario.value: scenario
    for scenario in (
        Scenario(
            value="knock",
            label="Knock the token out of sync",
            text="Presses its button 15 times without using the codes",
            done="The button was pressed 15 times",
            told="The portal accepts a code at most 10 presses ahead, so it asks for a resync.",
            play=_knock,
        ),
        Scenario(
            value="carry",
            label="Carry it in a pocket for a week",
            text="Presses its button 400 times without using the codes",
            done="The button was pressed 400 times",
            told="Two codes in a row still find the token, up to 1000 presses ahead.",
            play=_carry,
        ),
        Scenario(
            value="wait",
            label="Skip 30 seconds",
            text="The display goes dark, so you can press the button again",
            done="30 seconds are over",
            told="The display is dark. Press the button for a new code.",
            play=_wait,
        ),
        Scenario(
            value="lock",
            label="Lock the token",
            text="Enters 5 incorrect codes. A resync unlocks it, but not after 3 locks in a day",
            done="5 incorrect codes were entered",
            told="The token is locked, and every code is refused for now.",
            play=_lock,
            only_own=True,
        ),
        Scenario(
            value="expire",
            label="Expire the token",
            text="Its battery reaches the end of its life, for good. Only another token helps",
            done="The token has expired",
            told="Its codes are no longer accepted. Its card says what to do.",
            play=_expire,
            only_own=True,
        ),
    )
}
