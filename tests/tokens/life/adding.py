"""What somebody adds: a hard token, Mobile ID."""

from __future__ import annotations

import base64
from datetime import timedelta
from functools import partial
from typing import Any

import pyotp
from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.tokens.life.person import AUTHORITY, EMAIL, Fob, Held, Life, wrong_code
from tests.tokens.mobile_phone import SMARTPHONE
from tokens.flows.confirm_mobile_id import confirm_mobile_id
from tokens.flows.enroll_hard_token import enroll_hard_token
from tokens.flows.start_mobile_id import start_mobile_id
from tokens.models import ApprovalRequest, HardToken, MobileIdSetup, SendTally, SoftToken
from tokens.throttle import Tries

PAIRS = {"allowed": settings.PAIR_TRIES, "period": settings.PAIR_TRIES_PERIOD}


class Adding(Life):
    def __init__(self) -> None:
        super().__init__()
        self.setup: MobileIdSetup | None = None
        self.is_setup_ended = False

    @rule(number=st.integers(0, 2), is_right=st.booleans())
    def add_a_hard_token(self, number: int, is_right: bool) -> None:
        fob = self.fobs[number]
        pair = fob.press_twice() if is_right else {"otp1": fob.wrong(), "otp2": fob.wrong()}
        says = self._binding_says(fob, is_right)
        act = partial(self._enroll, self.person, fob, pair)
        row = self.does(act, says, ["token.bound" if says == "done" else "token.binding_refused"])
        if says == "done":
            self.tokens.append(Held(row, fob=fob))
            self.tokens[-1].spends(*pair.values())

    def _enroll(self, user: Any, fob: Fob, pair: dict[str, str]) -> HardToken:
        how = {"authority": AUTHORITY, "at": self.at}
        first, second = pair.values()
        return enroll_hard_token(user=user, serial=fob.serial, first=first, second=second, **how)

    def _binding_says(self, fob: Fob, is_right: bool) -> str:
        if self.live(HardToken):
            return "has-hard-token"
        if tried := self.tries_to_bind():
            return tried
        is_over = fob.expires_at is not None and self.at >= fob.expires_at
        if fob.is_burnt or is_over or not is_right:
            return "serial-and-pair-rejected"
        self.binding = Tries()
        return "done"

    def tries_to_bind(self) -> str:
        if self.binding.used_up_until(self.at, **PAIRS) is not None:
            return "binding-tries-used-up"
        self.binding = self.binding.after_one(self.at, period=PAIRS["period"])
        return ""

    @precondition(lambda self: self.setup is None or self.is_setup_ended)
    @rule()
    def begin_mobile_id(self) -> None:
        SendTally.objects.all().delete()  # how often is another test's matter
        ApprovalRequest.objects.update(asked_at=self.at - timedelta(days=1))
        how = {"number": SMARTPHONE, "email": EMAIL, "authority": AUTHORITY}
        act = partial(start_mobile_id, user=self.person, at=self.at, **how)
        self.setup = self.does(act, "done", ["approval.asked", "mobile_id.started"])
        self.is_setup_ended = False

    @precondition(lambda self: self.setup is not None)
    @rule(is_right=st.booleans())
    def finish_mobile_id(self, is_right: bool) -> None:
        setup = MobileIdSetup.objects.select_related("user").get(pk=self.setup.pk)
        seed, says = setup.seeds.get(path="app"), self._setup_says(setup, is_right)
        totp = pyotp.TOTP(base64.b32encode(seed.take()).decode()) if seed.sealed else None
        code = totp.at(self.at) if totp else "000000"
        code = code if is_right or totp is None else wrong_code(totp, self.at)
        event = "mobile_id.added" if says == "done" else "mobile_id.not_added"
        act = partial(confirm_mobile_id, setup=setup, code=code, at=self.at)
        row = self.does(act, says, [event])
        if says == "done":
            if before := self.live(SoftToken):
                before.state = "removed"
            self.tokens.append(Held(row, totp=totp, spent=[code]))

    def _setup_says(self, setup: MobileIdSetup, is_right: bool) -> str:
        bound = [t.row.bound_at for t in self.tokens if t.state != "removed"]
        is_over = self.is_setup_ended or self.at >= setup.expires_at
        if is_over or any(at >= setup.started_at for at in bound):
            return "setup-over"
        if tried := self.tries_to_bind():
            return tried
        if not is_right:
            return "setup-code-wrong"
        self.binding, self.is_setup_ended = Tries(), True
        return "done"
