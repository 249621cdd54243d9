"""A person, what they hold, and what the trail has to say of them: the memory of the machine.

What a lock or a number of tries does to time is reckoned by the portal's own arithmetic, which has
tests of its own; here it matters where it is applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyotp
from django.db import transaction
from django.utils import timezone
from hypothesis.stateful import RuleBasedStateMachine

from epcs_portal.refusals import Refusal
from tests import factories
from tests.in_hand import FobInHand
from tests.tokens.reading import events_of
from tokens.models import BackupPhone, HardToken, OathToken, SeedRecord, SendTally, SoftToken
from tokens.outcomes import Attempt, Outcome
from tokens.step_up import Authority
from tokens.throttle import Lock, Tries
from tokens.verification import LOCK_POLICY

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EMAIL = "sam@lakeside.example"
SESSION = "the session of the life"
AUTHORITY = Authority(name="the life", session_key=SESSION)
LOCKED = {HardToken: "token-locked", SoftToken: "mobile-id-locked"}
HELD = {HardToken: "token-held", SoftToken: "mobile-id-held"}
SAYS = {
    (HardToken, "wrong"): "otp-rejected",
    (HardToken, "spent"): "otp-replayed",
    (HardToken, "ahead"): "token-out-of-step",
    (SoftToken, "wrong"): "mobile-code-rejected",
    (SoftToken, "spent"): "mobile-code-used",
}
WRITES = {"spent": "otp.replayed", "ahead": "token.out_of_step"}


class Fob(FobInHand):
    """A fob that knows how often its button was pressed, and when it ends."""

    def __init__(self, serial: str, *, expires_at: datetime | None = None) -> None:
        factories.a_fob_in_stock(serial)
        SeedRecord.objects.filter(serial=serial).update(expires_at=expires_at)
        super().__init__(factories.seed_for(serial), serial=serial)
        self.expires_at = expires_at
        self.is_burnt = False  # lost, stolen, known to others or broken: nobody binds it again
        self.floor = 0
        self._wrong = ""

    @property
    def pressed(self) -> int:
        return self._presses

    def wrong(self) -> str:
        """Drawn once: nobody presses it as often as it looks ahead here."""
        self._wrong = self._wrong or super().wrong()
        return self._wrong

    def shows(self, place: int) -> str:
        return self._hotp.at(place)


@dataclass(eq=False)
class Held:
    """A token as its owner knows it. ``state``: active, reported or removed."""

    row: OathToken
    fob: Fob | None = None
    totp: pyotp.TOTP | None = None
    state: str = "active"
    lock: Lock = field(default_factory=Lock)
    tries: Tries = field(default_factory=Tries)
    spent: list[str] = field(default_factory=list)

    @property
    def kind(self) -> type[OathToken]:
        return type(self.row)

    def is_expired(self, at: datetime) -> bool:
        ends = self.fob.expires_at if self.fob else None
        return ends is not None and at >= ends

    def is_gone(self, at: datetime) -> bool:
        return self.state != "active" or self.is_expired(at)

    def next_passwords(self, at: datetime) -> list[str]:
        """The two that would be right now, were the token alive."""
        if self.fob:
            return [self.fob.shows(self.fob.floor), self.fob.shows(self.fob.floor + 1)]
        assert self.totp is not None
        return [self.totp.at(at), self.totp.at(at + timedelta(seconds=30))]

    def spends(self, *otps: str) -> None:
        self.spent += otps
        if self.fob:
            self.fob.floor = self.fob.pressed

    def read(self) -> Any:
        """The row as it is now."""
        seed = "seed_record" if self.fob else "seed"
        return self.kind._default_manager.select_related(seed, "user").get(pk=self.row.pk)

    def closed(self, at: datetime) -> str:
        """What somebody is told of its lock, or "" while it is open."""
        if self.lock.held_at is not None:
            return HELD[self.kind]
        return LOCKED[self.kind] if self.lock.is_closed(at) else ""

    def judge(self, what: str, at: datetime, *, done: str, refused: str) -> tuple[str, list[str]]:
        """What is said of a password that is right, ahead, spent or wrong, and what is written."""
        if self.is_expired(at):
            return "token-not-active", [refused]
        if closed := self.closed(at):
            return closed, [refused]
        if self.state != "active":
            return "token-not-active", [refused]
        if what == "right":
            self.lock = self.lock.opened()
            return "done", [done]
        self.lock = self.lock.after_failure(at, LOCK_POLICY)
        events = [WRITES.get(what, refused)]
        if closed := self.closed(at):
            return closed, [*events, "token.locked"]
        return SAYS[self.kind, what], events


@dataclass(eq=False)
class Phone:
    """A backup phone: pending, active, reported or removed, and the codes sent to it."""

    row: BackupPhone
    state: str = "pending"

    def read(self) -> BackupPhone:
        return BackupPhone.objects.select_related("user").get(pk=self.row.pk)


class Life(RuleBasedStateMachine):
    """Somebody of a practice of their own, so that no example meets another."""

    number = 0

    def __init__(self) -> None:
        super().__init__()
        Life.number += 1
        self.at = timezone.now() + MINUTE
        SendTally.objects.all().delete()
        self.person = factories.a_signer()
        self.person.email = EMAIL
        self.person.save(update_fields=["email"])
        self.agent = factories.a_person()
        self.colleague = factories.a_signer()
        stem = f"LIFE{Life.number:06}"
        ends = [None, None, self.at + DAY]  # the third is old
        self.fobs = [Fob(f"{stem}{n:02}", expires_at=end) for n, end in enumerate(ends)]
        self.tokens: list[Held] = []
        self.phones: list[Phone] = []
        self.trail: list[str] = []
        self.binding = Tries()
        self.codes = Lock()

    def live(self, kind: type[OathToken]) -> Held | None:
        return next((t for t in self.tokens if t.kind is kind and t.state != "removed"), None)

    def live_phones(self) -> Iterator[Phone]:
        return (phone for phone in self.phones if phone.state != "removed")

    def does(self, act: Callable[[], Any], says: str, writes: Sequence[str]) -> Any:
        """Let it happen; it has to end so, and to leave exactly this on the trail."""
        result, told = None, "done"
        try:
            result = act()
        except Refusal as refusal:
            told = refusal.code
        self.trail += writes
        assert told == says
        assert events_of(self.person) == self.trail
        self.at += MINUTE
        return result


def wrong_code(totp: pyotp.TOTP, at: datetime) -> str:
    """Six digits that Mobile ID shows at no time near."""
    near = {totp.at(at + timedelta(seconds=30 * n)) for n in range(-1005, 1006)}
    return next(code for code in (f"{n:06}" for n in range(1_000_000)) if code not in near)


def peek(check: Callable[[], Attempt]) -> Outcome:
    """What would come of it. Nothing of it stays."""
    with transaction.atomic():
        attempt = check()
        transaction.set_rollback(True)
    return attempt.outcome
