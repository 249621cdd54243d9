"""What somebody does with backup phones: enter, confirm, verify with one, remove."""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.tokens.life.person import AUTHORITY, SESSION, Phone
from tests.tokens.life.using import Using
from tests.tokens.mobile_phone import SMARTPHONE
from tests.tokens.phones import NUMBER, OTHER, THIRD, wrong
from tokens.flows.add_backup_phone import Wanted, add_backup_phone
from tokens.flows.answer_by_phone import answer_by_phone
from tokens.flows.confirm_backup_phone import confirm_backup_phone
from tokens.flows.send_code import send_code
from tokens.models import OutOfBandCode, SendTally
from tokens.out_of_band import LOCK_POLICY, Purpose

NUMBERS = [NUMBER, OTHER, THIRD, SMARTPHONE]
_cookies = count()
have_one = precondition(lambda self: self.phones)
which = st.integers(0, 3)


class WithPhones(Using):
    def a_phone(self, number: int) -> Phone:
        return self.phones[-1 - number % len(self.phones)]

    @rule(number=which)
    def enter_a_phone(self, number: int) -> None:
        SendTally.objects.all().delete()  # how often is another test's matter
        live = {phone.row.number: phone for phone in self.live_phones()}
        same = live.get(NUMBERS[number])
        says, writes = self._entering_says(same, is_full=len(live) == 3)
        wanted = Wanted(number=NUMBERS[number], delivery="text")
        how = {"wanted": wanted, "authority": AUTHORITY, "at": self.at}
        row = self.does(partial(add_backup_phone, user=self.person, **how), says, writes)
        if says == "done" and same is None:
            self.phones.append(Phone(row))

    def _entering_says(self, same: Phone | None, *, is_full: bool) -> tuple[str, list[str]]:
        if same is not None and same.state != "pending":
            is_active = same.state == "active"
            return f"phone-{'already-added' if is_active else 'reported'}", ["phone.not_added"]
        if same is None and is_full:
            return "has-three-phones", ["phone.not_added"]
        if closed := self.codes_closed():
            return closed, ["code.not_sent", "phone.not_added"]
        return "done", ["code.sent", "phone.entered"]

    def codes_closed(self) -> str:
        if self.codes.held_at is not None:
            return "phone-codes-held"
        return "phone-codes-locked" if self.codes.is_closed(self.at) else ""

    def code_says(self, code: OutOfBandCode | None, is_right: bool) -> tuple[str, list[str]]:
        """What is said of a code, and written besides the answer to it."""
        if closed := self.codes_closed():
            return closed, []
        if code is None or code.is_over(self.at):
            return "code-expired", ["code.sent"]
        if is_right and code.spent_at is not None:
            return "code-used", []
        if is_right:
            self.codes = self.codes.opened()
            return "done", []
        self.codes = self.codes.after_failure(self.at, LOCK_POLICY)
        if closed := self.codes_closed():
            return closed, ["phone_codes.locked"]
        return "code-wrong", []

    @have_one
    @rule(number=which, is_right=st.booleans())
    def confirm_a_phone(self, number: int, is_right: bool) -> None:
        SendTally.objects.all().delete()
        phone, says, writes = self.a_phone(number), "phone-gone", []
        code = latest_code(phone, Purpose.CONFIRM_PHONE)
        if phone.state in {"pending", "active"}:
            says, writes = self.code_says(code, is_right)
        how = {"code": typed(code, is_right), "authority": AUTHORITY, "at": self.at}
        act = partial(confirm_backup_phone, phone=phone.read(), **how)
        self.does(act, says, [*writes, "phone.added" if says == "done" else "code.refused"])
        if says == "done":
            phone.state = "active"

    @have_one
    @rule(number=which, is_right=st.booleans())
    def verify_by_phone(self, number: int, is_right: bool) -> None:
        SendTally.objects.all().delete()
        phone, step_up = self.a_phone(number), Purpose.STEP_UP
        says = (self.codes_closed() or "done") if phone.state == "active" else "phone-gone"
        how = {"purpose": step_up, "channel": "text", "is_resend": True, "at": self.at}
        act = partial(send_code, phone=phone.read(), **how)
        self.does(act, says, ["code.sent" if says == "done" else "code.not_sent"])
        says, writes, code = "phone-gone", [], latest_code(phone, step_up)
        if phone.state == "active":
            says, writes = self.code_says(code, is_right)
        answer = {"channel": "text", "code": typed(code, is_right), "cookie": f"p{next(_cookies)}"}
        act = partial(
            answer_by_phone, phone=phone.read(), session_key=SESSION, at=self.at, **answer
        )
        event = "step_up.succeeded" if says == "done" else "step_up.refused"
        self.does(act, says, [*writes, event])


def latest_code(phone: Phone, purpose: Purpose) -> OutOfBandCode | None:
    codes = phone.row.codes.filter(purpose=purpose).select_related("message")
    return codes.order_by("-sent_at").first()


def typed(code: OutOfBandCode | None, is_right: bool) -> str:
    """What stands in the message, or a digit beside it."""
    if code is None:
        return "000000"
    said = re.search(r"([0-9]{6}) is your", json.loads(code.message.take())["text"])
    assert said is not None
    return said[1] if is_right else wrong(said[1])
