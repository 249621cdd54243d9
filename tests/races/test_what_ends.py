"""Removal, loss and revocation against what else somebody does at the same moment.

Who waits for whom in a circle is told so by PostgreSQL, and the flow raises it: no race here may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from accounts.compromises import Loss
from accounts.flows.report_compromise import report_compromise
from accounts.flows.revoke_account import revoke_account
from accounts.models import KnowledgeFactor
from epcs_portal.audit.inspection import inspect_trail
from epcs_portal.audit.models import AuditEvent
from epcs_portal.refusals import Refusal
from tests import factories
from tests.races.crowd import SIZE, Browser, crowd
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.phones import OTHER, a_backup_phone, code_on
from tokens import lost
from tokens.flows.answer_step_up import answer_step_up
from tokens.flows.confirm_backup_phone import confirm_backup_phone
from tokens.flows.enroll_hard_token import enroll_hard_token
from tokens.flows.remove_backup_phone import remove_backup_phone
from tokens.flows.remove_token import remove_token
from tokens.flows.send_code import send_code
from tokens.models import (
    BackupPhone,
    CompromiseReport,
    EnrollmentGrant,
    HardToken,
    PhoneCodes,
    PushState,
    Reason,
    RevocationCase,
    SendTally,
    SoftToken,
    StepUp,
)
from tokens.out_of_band import Purpose
from tokens.possession import ByPassword
from tokens.step_up import GRANT, Authority, begin

ROUNDS = 10
AUTHORITY = Authority(name="the race", session_key="")
BROKEN = {"reason": "broken", "detail": "", "authority": AUTHORITY}
_numbers = count(1)
Act = Callable[[], Any]


@pytest.fixture
def person(cloned_db):
    person = factories.a_signer()
    yield person
    assert not CompromiseReport.objects.filter(is_on_trail=False).exists()
    assert all(report.broken is None for report in inspect_trail(lambda *progress: None))


def told_by(act: Act) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


def runs(at_once, acts: Sequence[Act]) -> list[str]:
    return at_once([partial(told_by, act) for act in acts])


def remove(token: HardToken | SoftToken) -> Act:
    return lambda: remove_token(token=token, at=timezone.now(), **BROKEN)


def remove_phone(phone: BackupPhone) -> Act:
    return lambda: remove_backup_phone(phone=phone, at=timezone.now(), **BROKEN)


def report(factor: HardToken | SoftToken | BackupPhone, *, removes: bool = False) -> Act:
    def act() -> None:
        at, how = timezone.now(), CompromiseReport.Circumstance.STOLEN
        what = {"what": lost.kind_of(factor), "factor": factor}
        removed_for = Reason.STOLEN if removes else ""
        loss = Loss(circumstance=how, discovered_at=at, removed_for=removed_for, **what)
        report_compromise(user=factor.user, loss=loss, at=at)

    return act


def revoke(person, case: str) -> Act:
    return lambda: revoke_account(user=person, case=case, authority=AUTHORITY, at=timezone.now())


def verify(token: HardToken | SoftToken, otp: str) -> Act:
    by = ByPassword(token=token, otp=otp)
    names = {"session_key": "s", "cookie": f"cookie {next(_numbers)}"}
    return lambda: answer_step_up(by=by, at=timezone.now(), **names)


def a_case(person) -> str:
    number, at = f"CS-{next(_numbers):04}-0001", timezone.now()
    whose = {"user": person, "issued_by": person, "reason": "Asked."}
    day = {"issued_at": at, "expires_at": at + timedelta(hours=24)}
    RevocationCase.objects.create(number=number, **whose, **day)
    return number


def nothing_is_left(person) -> None:
    """The round before is history: factors end, and nobody counts tries."""
    now = timezone.now()
    for kind in (HardToken, SoftToken, BackupPhone):
        kind.live().filter(user=person).update(status="removed", removed_at=now)
    StepUp.objects.all().delete()


def test_of_two_last_tokens_one_stays(person):
    with crowd(2) as at_once:
        for _round in range(ROUNDS):
            nothing_is_left(person)
            hard, _fob = factories.a_hard_token(person)
            a_mobile_id(person)
            told = runs(at_once, [remove(hard), remove(SoftToken.live().get())])

            assert Counter(told) == {"done": 1, "last-way-in": 1}
            live = [HardToken.live().filter(user=person), SoftToken.live().filter(user=person)]
            assert sum(rows.count() for rows in live) == 1


def test_of_the_last_token_and_the_last_phone_one_stays(person):
    with crowd(2) as at_once:
        for _round in range(ROUNDS):
            nothing_is_left(person)
            hard, _fob = factories.a_hard_token(person)
            phone = a_backup_phone(person)
            told = runs(at_once, [remove(hard), remove_phone(phone)])

            assert sorted(told)[0] == "done"
            assert sorted(told)[1] in {"last-way-in", "last-phone-way-in"}
            assert HardToken.live().count() + BackupPhone.live().count() == 1


def test_twenty_posts_of_one_removal_remove_it_once(person):
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            nothing_is_left(person)
            EnrollmentGrant.objects.all().delete()
            token, _fob = factories.a_hard_token(person)
            factories.a_grant(person)
            HardToken.objects.filter(pk=token.pk).update(bound_at="2026-01-01T00:00:00Z")
            page = f"/epcs/token/{token.pk}/remove/"
            browsers = [Browser(person, page).ready() for _ in range(SIZE)]
            fields = {"reason": "broken", "detail": ""}
            answers = at_once([partial(browser.send, **fields) for browser in browsers])

            outcomes = Counter(answer.status_code for answer in answers)
            assert outcomes == {302: 1, 200: SIZE - 1}, answers[0].text
            assert AuditEvent.objects.filter(event="token.removed").count() == number


def test_two_reports_at_once_are_both_kept(person):
    with crowd(4) as at_once:
        for number in range(1, ROUNDS + 1):
            nothing_is_left(person)
            hard, _fob = factories.a_hard_token(person)
            a_mobile_id(person)
            mobile, phone = SoftToken.live().get(), a_backup_phone(person, "+18025550142")
            acts = [report(hard), report(mobile), report(phone, removes=True), report(hard)]
            assert runs(at_once, acts) == ["done"] * 4

            assert CompromiseReport.objects.count() == 4 * number
            assert {row.status for row in HardToken.live()} == {"reported"}
            assert {row.status for row in SoftToken.live()} == {"reported"}
            assert not BackupPhone.live().exists()


def test_one_case_number_revokes_once(person):
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            case = a_case(person)
            told = runs(at_once, [revoke(person, case)] * SIZE)

            assert Counter(told)["done"] == 1
            assert set(told) <= {"done", "case-not-open", "case-tries-used-up"}
            assert AuditEvent.objects.filter(event="account.revoked").count() == number
            person = factories.a_signer()  # who begins anew: tries are counted by the hour


def test_what_is_added_while_the_account_is_revoked_does_not_stay(person):
    """Bound a moment before it is removed, a moment later it is refused: the grant is over."""
    granted = Authority(name=GRANT, session_key="")
    with crowd(3) as at_once:
        for _round in range(ROUNDS):
            fob, case = factories.a_fob_in_stock(), a_case(person)
            pair = fob.press_twice()
            factories.a_grant(person)

            def add(fob=fob, pair=pair, person=person) -> None:
                both = {"first": pair["otp1"], "second": pair["otp2"], "serial": fob.serial}
                enroll_hard_token(user=person, authority=granted, at=timezone.now(), **both)

            told = runs(at_once, [revoke(person, case), add, revoke(person, case)])

            assert Counter([told[0], told[2]]) == {"done": 1, "case-not-open": 1}
            assert told[1] in {"done", "authority-over"}
            assert not HardToken.live().filter(user=person).exists()
            assert not KnowledgeFactor.objects.filter(user=person).exists()
            person = factories.a_signer()


def test_a_token_that_is_removed_opens_nothing_afterwards(person):
    """Verified before it went, or not at all; what it had proven is over either way."""
    a_backup_phone(person)
    with crowd(4) as at_once:
        for _round in range(ROUNDS):
            HardToken.live().update(status="removed", removed_at=timezone.now())
            SoftToken.live().update(status="removed", removed_at=timezone.now())
            hard, fob = factories.a_hard_token(person)
            phone = a_mobile_id(person)
            mobile = SoftToken.live().get()
            proving = [verify(hard, fob.press()), verify(mobile, phone.code())]
            told = runs(at_once, [remove(hard), remove(mobile), *proving])

            assert told[:2] == ["done", "done"]
            assert set(told[2:]) <= {"done", "token-not-active"}
            assert not StepUp.objects.filter(ended_at=None).exists()


def test_who_disowned_a_request_and_now_reports_waits_for_nobody_in_a_circle(person):
    """A password of the hard token lets the phone be asked again, at the moment of the report."""
    with crowd(4) as at_once:
        for _round in range(ROUNDS):
            hard, fob = factories.a_hard_token(person)
            a_mobile_id(person)
            phone, case = a_backup_phone(person, OTHER), a_case(person)
            PushState.objects.update_or_create(user=person, defaults={"frozen_at": timezone.now()})
            acts = [report(phone), verify(hard, fob.press()), remove(hard), revoke(person, case)]
            told = runs(at_once, acts)

            assert told[0] == told[3] == "done", told
            person = factories.a_signer()


def test_nobody_waits_in_a_circle(person):
    """Everything that ends a factor, with everything that is proven by it and by another."""
    with crowd(8) as at_once:
        for _round in range(ROUNDS):
            hard, fob = factories.a_hard_token(person)
            phone = a_mobile_id(person)
            mobile, case = SoftToken.live().get(user=person), a_case(person)
            now = timezone.now()
            backup = a_backup_phone(person, "+18025550142")
            pending = a_backup_phone(person, OTHER, status="pending", confirmed_at=None)
            purpose = Purpose.CONFIRM_PHONE
            SendTally.objects.all().delete()
            how = {"channel": "text", "is_resend": True, "at": now}
            send_code(phone=pending, purpose=purpose, **how)
            PhoneCodes.objects.filter(user=person).update(failures=2)
            code = {"code": code_on(OTHER), "authority": AUTHORITY}
            for token, method in ((hard, "hard-token"), (mobile, "mobile-code")):
                begin(by=token, method=method, session_key="x", cookie=str(token.pk), at=now)
            confirm = partial(confirm_backup_phone, phone=pending, **code)
            acts = [
                report(mobile),
                revoke(person, case),
                remove_phone(pending),
                lambda confirm=confirm: confirm(at=timezone.now()),
                verify(hard, fob.press()),
                verify(mobile, phone.code()),
                remove(hard),
                report(backup, removes=True),
            ]
            told = runs(at_once, acts)

            assert told[0] == told[1] == told[7] == "done", told
            person = factories.a_signer()
