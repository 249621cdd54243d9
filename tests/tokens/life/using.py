"""What somebody does with a token: press, verify, resync, sign, and type what is no password."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import Any

from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts import signing_states
from prescriptions.ceremony import Reviewed
from prescriptions.content import content_of
from prescriptions.flows.sign import sign
from prescriptions.record import shown_digest
from tests import factories
from tests.prescriptions.signing import PIN
from tests.tokens.life.adding import PAIRS, Adding
from tests.tokens.life.person import SESSION, Held, wrong_code
from tokens.flows.answer_step_up import answer_step_up
from tokens.flows.resynchronize_hard_token import resynchronize_hard_token
from tokens.flows.try_token import try_token
from tokens.models import HardToken, SoftToken
from tokens.possession import ByPassword, Offered
from tokens.throttle import Lock, Tries

whats = st.sampled_from(["right", "right", "right", "spent", "wrong"])
which = st.integers(0, 3)
_cookies = count()
have_one = precondition(lambda self: self.tokens)


class Using(Adding):
    def __init__(self) -> None:
        super().__init__()
        self.is_stopped = False  # by a report, support or a revocation, until access is given anew
        self.is_proofed = True

    @property
    def may_sign(self) -> bool:
        return self.is_proofed and not self.is_stopped

    def a_token(self, number: int) -> Held:
        """One of those the person ever had, the latest first."""
        return self.tokens[-1 - number % len(self.tokens)]

    def password(self, token: Held, what: str) -> tuple[str, str]:
        """The next password, or one that is no good; and what it turns out to be."""
        if what == "spent" and token.spent:
            return token.spent[-1], what
        if what == "wrong":
            return token.fob.wrong() if token.fob else wrong_code(token.totp, self.at), what
        if token.fob is None:
            return token.next_passwords(self.at)[0], "right"
        otp, ahead = token.fob.press(), token.fob.pressed - 1 - token.fob.floor
        return otp, "right" if ahead <= settings.ACCEPTANCE_PRESSES else "ahead"

    def uses(self, token: Held, what: str, act: Any, *, done: str, refused: str) -> str:
        """Let ``act`` take a password of the token; return what came of it."""
        otp, what = self.password(token, what)
        says, writes = token.judge(what, self.at, done=done, refused=refused)
        self.does(partial(act, otp=otp), says, writes)
        if says == "done":
            token.spends(otp)
        return says

    @have_one
    @rule(number=which, times=st.sampled_from([1, 2, 11]))
    def press_the_button(self, number: int, times: int) -> None:
        if fob := self.a_token(number).fob:
            fob.press(times)

    @have_one
    @rule(number=which, what=whats)
    def test_it(self, number: int, what: str) -> None:
        token = self.a_token(number)
        act = partial(try_token, token=token.read(), at=self.at)
        self.uses(token, what, act, done="token.tested", refused="token.test_refused")

    @have_one
    @rule(number=which, what=whats)
    def verify(self, number: int, what: str) -> None:
        token = self.a_token(number)
        at, row, how = (
            self.at,
            token.read(),
            {"session_key": SESSION, "cookie": f"{next(_cookies)}"},
        )

        def act(otp: str) -> None:
            answer_step_up(by=ByPassword(token=row, otp=otp), at=at, **how)

        events = {"done": "step_up.succeeded", "refused": "step_up.refused"}
        if self.uses(token, what, act, **events) == "done":
            # A token's password opens phone codes that are locked, and forgets their failures.
            is_closed = self.codes.failures or self.codes.held_at
            self.codes = Lock() if is_closed else self.codes

    @have_one
    @rule(number=which)
    def lock_it(self, number: int) -> None:
        token = self.a_token(number)
        for _ in range(settings.OTP_FAILURES_TO_LOCK):
            act = partial(try_token, token=token.read(), at=self.at)
            self.uses(token, "wrong", act, done="token.tested", refused="token.test_refused")

    @precondition(lambda self: any(token.fob for token in self.tokens))
    @rule(number=which, is_right=st.booleans())
    def resync(self, number: int, is_right: bool) -> None:
        hard = [token for token in self.tokens if token.fob]
        token = hard[-1 - number % len(hard)]
        pair = list(token.fob.press_twice().values()) if is_right else [token.fob.wrong()] * 2
        says = self._resync_says(token, is_right)
        how = {"first": pair[0], "second": pair[1], "at": self.at}
        act = partial(resynchronize_hard_token, token=token.read(), **how)
        event = "token.resynchronized" if says == "done" else "token.resynchronization_refused"
        self.does(act, says, [event])
        if says == "done":
            token.spends(*pair)

    def _resync_says(self, token: Held, is_right: bool) -> str:
        if token.is_expired(self.at):
            return "token-not-active"
        if token.lock.held_at is not None:
            return "token-held"
        if token.tries.used_up_until(self.at, **PAIRS) is not None:
            return "resynchronization-tries-used-up"
        if token.state != "active":
            return "token-not-active"
        token.tries = (
            Tries() if is_right else token.tries.after_one(self.at, period=PAIRS["period"])
        )
        token.lock = token.lock.opened() if is_right else token.lock
        return "done" if is_right else "pair-rejected"

    @precondition(lambda self: any(token.state != "removed" for token in self.tokens))
    @rule(is_hard=st.booleans())
    def sign(self, is_hard: bool) -> None:
        """A prescription of its own each time, with the right PIN."""
        token = self.live(HardToken if is_hard else SoftToken)
        token = token or next(each for each in self.tokens if each.state != "removed")
        rx = factories.a_prescription(self.person)
        reviewed = Reviewed(
            user=self.person,
            patient_id=rx.patient_id,
            marked={rx.reference: shown_digest(content_of(rx, at=self.at))},
            generation=signing_states.state_of(self.person).generation,
        )
        (otp, what), source = self.password(token, "right"), "token" if token.fob else "mobile"
        says, writes = "signing-not-allowed", ["signing.not_allowed"]
        if self.may_sign:
            how = {"done": "signing.proven", "refused": "signing.refused"}
            says, writes = token.judge(what, self.at, **how)
            writes = ["prescription.ready", *as_signing_writes(writes)]
        offered = Offered(source=source, otp=otp)
        self.does(
            partial(sign, reviewed=reviewed, pin=PIN, offered=offered, at=self.at), says, writes
        )
        if says == "done":
            token.spends(otp)


def as_signing_writes(events: list[str]) -> list[str]:
    """Signing says that it was refused, and then why."""
    if events == ["signing.proven"]:
        return [*events, "prescription.signed"]
    return ["signing.refused", *(event for event in events if event != "signing.refused")]
