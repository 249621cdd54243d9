"""Whatever somebody does with their factors, in whatever order: what was taken away stays away.

A machine draws sequences of what people do; the flows do it, and ``tests.tokens.life`` remembers
what has to come of it: the refusal, the events on the trail, who may sign.
"""

from __future__ import annotations

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test

from accounts.signing_access import may_sign
from epcs_portal.audit.inspection import inspect_chain
from tests.tokens.life.coming_and_going import ComingAndGoing
from tests.tokens.life.person import Held, peek
from tokens import stock, verification
from tokens.models import BackupPhone, HardToken, OutOfBandCode, SoftToken, StepUp
from tokens.outcomes import Outcome

LIVES = settings(
    phases=[Phase.generate],  # to make a failure smaller takes minutes
    max_examples=9,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


class WholeLife(ComingAndGoing):
    @initialize(fob=st.sampled_from([2, 0]), phone=st.sampled_from([0, 3]), more=st.booleans())
    def begins(self, fob: int, phone: int, more: bool) -> None:
        """With a token and a phone, and perhaps with Mobile ID on that phone."""
        if more:
            self.begin_mobile_id()
            self.finish_mobile_id(is_right=True)
        self.add_a_hard_token(fob, is_right=True)
        self.enter_a_phone(phone)
        self.confirm_a_phone(0, is_right=True)

    @invariant()
    def every_factor_is_in_the_state_it_was_brought_to(self) -> None:
        for kind in (HardToken, SoftToken, BackupPhone):
            rows = kind.objects.filter(user=self.person)
            known = {each.row.pk: each.state for each in [*self.tokens, *self.phones]}
            for key, status in rows.values_list("pk", "status"):
                assert known[key] == status

    @invariant()
    def what_is_gone_verifies_nothing(self) -> None:
        for token in self.tokens:
            if token.is_gone(self.at):
                assert not self._is_taken(token, *token.next_passwords(self.at))

    @invariant()
    def what_was_spent_is_spent(self) -> None:
        for token in self.tokens:
            for otp in token.spent[-2:] if token.state == "active" else []:
                assert not self._is_taken(token, otp)

    def _is_taken(self, token: Held, *otps: str) -> bool:
        row, at = token.read(), self.at
        outcomes = {peek(lambda: verification.spend(row, otps[0], at=at))}
        if len(otps) == 2:
            outcomes.add(peek(lambda: verification.resynchronize(row, *otps, at=at)))
        return Outcome.ACCEPTED in outcomes

    @invariant()
    def at_most_one_of_a_kind_is_live_and_three_phones(self) -> None:
        hard = list(HardToken.live().filter(user=self.person).values_list("seed_record"))
        soft, phones = (kind.live().filter(user=self.person) for kind in (SoftToken, BackupPhone))
        assert len(hard) <= 1
        assert soft.count() <= 1
        assert phones.count() <= 3

    @invariant()
    def a_seed_that_may_be_known_is_in_nobodys_reach(self) -> None:
        for fob in self.fobs:
            if fob.is_burnt:
                for person in (self.person, self.colleague):
                    assert stock.free_seed_record(fob.serial, for_user=person, at=self.at) is None

    @invariant()
    def what_is_gone_has_proven_nothing_and_is_sent_nothing(self) -> None:
        proven = StepUp.objects.filter(user=self.person, ended_at=None)
        gone = Q()
        for column in ("hard_token", "soft_token", "backup_phone"):
            gone |= Q(**{f"{column}__status__in": ["reported", "removed"]})
        assert not proven.filter(gone).exists()
        open_codes = OutOfBandCode.objects.filter(spent_at=None, voided_at=None)
        is_gone = {"phone__user": self.person, "phone__status__in": ["reported", "removed"]}
        assert not open_codes.filter(**is_gone).exists()

    @invariant()
    def nobody_signs_before_access_was_given_anew(self) -> None:
        assert may_sign(self.person.prescriber) == self.may_sign

    def teardown(self) -> None:
        report = inspect_chain(self.person.audit_chain, lambda *progress: None)
        assert report.broken is None
        assert report.events >= len(self.trail)


@pytest.mark.django_db
def test_whatever_somebody_does_with_their_factors():
    run_state_machine_as_test(WholeLife, settings=LIVES)


@pytest.mark.django_db
def test_a_life_in_which_a_token_ends():
    """By hand, since few of those that are drawn wait for it."""
    life = WholeLife()
    life.begins(fob=2, phone=0, more=False)

    life.time_passes(24 * 60)

    [token] = life.tokens
    assert token.is_expired(life.at)
    life.what_is_gone_verifies_nothing()
    life.test_it(0, "right")
    life.teardown()
