"""What ends, and what begins anew: removal, loss, suspension, revocation, a new proofing, time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import count

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts.compromises import Loss
from accounts.flows.report_compromise import report_compromise
from accounts.flows.revoke_account import revoke_account
from accounts.flows.suspend_signing import suspend_signing
from accounts.models import KnowledgeFactor
from epcs_portal.refusals import Refusal
from tests import factories
from tests.tokens.life.person import AUTHORITY, DAY, MINUTE, Held, Phone
from tests.tokens.life.with_phones import WithPhones, which
from tokens.flows.remove_backup_phone import remove_backup_phone
from tokens.flows.remove_token import remove_token
from tokens.lost import kind_of
from tokens.models import (
    OF_TOKENS,
    REPORTED,
    SEED_IS_SPENT,
    CompromiseReport,
    HardToken,
    RevocationCase,
    SoftToken,
)

REASONS = [reason for reason, _label in OF_TOKENS]
reasons = st.sampled_from(REASONS)
circumstances = st.sampled_from(CompromiseReport.Circumstance.values)
_cases = count(1)
REMOVED = ["token.removed", "mobile_id.removed", "phone.removed"]


class ComingAndGoing(WithPhones):
    def __init__(self) -> None:
        super().__init__()
        self.granted_until: datetime | None = None
        self.wrong_cases: list[datetime] = []

    @rule(minutes=st.sampled_from([16, 61, 24 * 60, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.at += minutes * MINUTE

    def is_last_way_in(self, factor: Held | Phone) -> bool:
        tokens = [t for t in self.tokens if not t.is_gone(self.at) and t.lock.held_at is None]
        ways = [*tokens, *(phone for phone in self.phones if phone.state == "active")]
        has_grant = self.granted_until is not None and self.at < self.granted_until
        return ways == [factor] and not has_grant

    @precondition(lambda self: self.tokens)
    @rule(number=which, reason=reasons)
    def remove_a_token(self, number: int, reason: str) -> None:
        token = self.a_token(number)
        if reason in REPORTED and token.state == "active":
            return self.loses(token, CompromiseReport.Circumstance(reason), removes=True)
        says = "token-gone" if token.state == "removed" else "done"
        says = "last-way-in" if self.is_last_way_in(token) else says
        how = {"reason": reason, "detail": "", "authority": AUTHORITY, "at": self.at}
        name = "token" if token.fob else "mobile_id"
        event = f"{name}.{'removed' if says == 'done' else 'not_removed'}"
        self.does(partial(remove_token, token=token.read(), **how), says, [event])
        if says == "done":
            self.is_removed(token, reason)
        return None

    @precondition(lambda self: any(token.state == "reported" for token in self.tokens))
    @rule(reason=st.sampled_from(["replaced", "other"]))
    def remove_what_was_reported(self, reason: str) -> None:
        """For a harmless reason: its seed stays out of reach all the same."""
        reported = [token.state == "reported" for token in reversed(self.tokens)]
        self.remove_a_token(reported.index(True), reason)

    def is_removed(self, token: Held, reason: str) -> None:
        token.state = "removed"
        if token.fob and reason in SEED_IS_SPENT:
            token.fob.is_burnt = True

    @precondition(lambda self: self.phones)
    @rule(number=which)
    def remove_a_phone(self, number: int) -> None:
        phone = self.a_phone(number)
        says = "phone-gone" if phone.state == "removed" else "done"
        says = "last-phone-way-in" if self.is_last_way_in(phone) else says
        how = {"reason": "other", "detail": "", "authority": AUTHORITY, "at": self.at}
        done = "phone.discarded" if phone.state == "pending" else "phone.removed"
        event = done if says == "done" else "phone.not_removed"
        self.does(partial(remove_backup_phone, phone=phone.read(), **how), says, [event])
        if says == "done":
            phone.state = "removed"

    @rule(number=st.integers(0, 4), circumstance=circumstances, removes=st.booleans())
    def report_lost(self, number: int, circumstance: str, removes: bool) -> None:
        """Of what the page offers: the tokens and phones that work, and what one knows."""
        tokens = [token for token in self.tokens if token.state == "active"]
        phones = [phone for phone in self.phones if phone.state == "active"]
        factor = [None, *tokens, *phones][number % (1 + len(tokens) + len(phones))]
        self.loses(factor, CompromiseReport.Circumstance(circumstance), removes=removes)

    def loses(
        self, factor: Held | Phone | None, how: CompromiseReport.Circumstance, *, removes: bool
    ) -> None:
        row = factor.read() if factor else None
        loss = Loss(
            what=kind_of(row),
            circumstance=how,
            discovered_at=self.at - timedelta(hours=1),
            factor=row,
            removed_for=how if removes and factor else "",
        )
        act = partial(report_compromise, user=self.person, loss=loss, at=self.at)
        ended = [e for e in self.with_same_phone(factor) if e.state in {"active", "pending"}]
        ended.sort(key=_order)
        told = [
            REMOVED[_order(each)] if each is factor else "compromise.factor_suspended"
            for each in ended
            if removes or each is not factor
        ]
        self.does(act, "done", ["compromise.reported", *told])
        self.is_stopped = self.is_setup_ended = True
        self.granted_until = None
        for each in ended:
            each.state = "reported"
            if isinstance(each, Held) and each.fob:
                each.fob.is_burnt = True
        if factor and removes:
            factor.state = "removed"

    def with_same_phone(self, factor: Held | Phone | None) -> list[Held | Phone]:
        """Who has the smartphone has Mobile ID and the texts to it."""
        if factor is None or (isinstance(factor, Held) and factor.fob):
            return [factor] if factor else []
        others = [self.live(SoftToken), *self.live_phones()]
        same = [each for each in others if each and each.row.number == factor.row.number]
        return list(dict.fromkeys([factor, *same]))

    @rule()
    def support_suspends(self) -> None:
        how = {"agent": self.agent, "reason": "On the telephone.", "at": self.at}
        act = partial(suspend_signing, user=self.person, **how)
        self.does(act, "done", ["compromise.signing_suspended"])
        self.is_stopped = self.is_setup_ended = True
        self.granted_until = None

    @rule(is_open=st.booleans())
    def revoke(self, is_open: bool) -> None:
        case = self._a_case() if is_open else "CS-0000-0000"
        since = [at for at in self.wrong_cases if at > self.at - timedelta(hours=1)]
        says = "done" if is_open else "case-not-open"
        says = "case-tries-used-up" if len(since) >= 5 else says
        how = {"case": case, "authority": AUTHORITY, "at": self.at}
        event = "account.revoked" if says == "done" else "account.not_revoked"
        if says != "done":
            self.wrong_cases.append(self.at)
        held = [self.live(HardToken), self.live(SoftToken), *self.live_phones()]
        gone = [REMOVED[_order(each)] for each in held if each and says == "done"]
        self.does(partial(revoke_account, user=self.person, **how), says, [*gone, event])
        if says == "done":
            for each in [*self.tokens, *self.phones]:
                each.state = "removed"
            self.is_stopped = self.is_setup_ended = True
            self.is_proofed, self.granted_until = False, None

    def _a_case(self) -> str:
        issued = {"issued_by": self.agent, "issued_at": self.at, "expires_at": self.at + DAY}
        number = f"CS-{next(_cases):04}-0001"
        RevocationCase.objects.create(number=number, user=self.person, reason="Asked.", **issued)
        return number

    @precondition(lambda self: not self.is_proofed)
    @rule()
    def is_proofed_again(self) -> None:
        factories.an_identity_proofing(self.person, at=self.at)
        factories.a_grant(self.person, given_at=self.at)
        self.is_proofed, self.granted_until = True, self.at + DAY
        self.at += MINUTE

    @precondition(lambda self: self.is_stopped)
    @rule()
    def two_people_give_access(self) -> None:
        executed = {"executed_by": self.colleague, "executed_at": self.at}
        factories.an_access_change(self.person, entered_by=self.agent, at=self.at, **executed)
        if not KnowledgeFactor.objects.filter(user=self.person).exists():
            factories.an_epcs_pin(self.person)
        self.is_stopped = False
        self.at += MINUTE

    @precondition(lambda self: any(fob.is_burnt for fob in self.fobs))
    @rule()
    def a_colleague_finds_it(self) -> None:
        """The serial on the back and the right passwords bind it to nobody."""
        fob = next(fob for fob in self.fobs if fob.is_burnt)
        with pytest.raises(Refusal):
            self._enroll(self.colleague, fob, fob.press_twice())
        self.at += MINUTE


def _order(factor: Held | Phone) -> int:
    """As they are told of: hard tokens, Mobile ID, phones."""
    return 2 if isinstance(factor, Phone) else int(factor.kind is SoftToken)
