"""Each action of an agent: a page, a reason, one flow, a line on the trail, and the person told."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from epcs_portal.support.forms import CODE_IN_REASON, ReasonForm
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.reading import read
from tokens.flows.issue_revocation_case import NothingToRevoke, issue_revocation_case
from tokens.flows.unlock_token import NothingToUnlock, unlock_token
from tokens.models import (
    CompromiseReport,
    HardToken,
    RevocationCase,
    SecurityNotice,
    SoftToken,
)

pytestmark = pytest.mark.django_db
WHY = "The prescriber called from the number on file."


def page(name: str, person: User) -> str:
    return reverse(f"staff_{name}", args=[person.pk])


def on_the_trail(person: User) -> AuditEvent:
    done = AuditEvent.objects.filter(person=person, event_class=6).exclude(event="staff.viewed")
    return done.latest("sequence")


def told(person: User) -> list[str]:
    return list(SecurityNotice.objects.filter(user=person).values_list("change", flat=True))


@pytest.fixture
def signer(db) -> User:
    return factories.a_signer("mreyes")


def test_signing_is_suspended(at_support, agent, signer):
    assert access_of(signer.prescriber) is Access.GRANTED

    done = submit(at_support, page("suspend", signer), reason=WHY)

    assert "Signing is suspended" in read(at_support.get(done.url))
    assert access_of(signer.prescriber) is Access.SUSPENDED
    report = CompromiseReport.objects.get()
    assert (report.reported_by, report.details) == (agent, WHY)
    event = on_the_trail(signer)
    assert (event.event, event.actor) == ("compromise.signing_suspended", agent)
    assert "signing-suspended" in told(signer)


CODES = ["4827", "12 34-56", "4.8.2.7", "4  8  2  7", "4/8/2/7", "4, 8, 2, 7", "4_8_2_7"]
CODES += ["\u0664\u0668\u0662\u0667", "\uff14\uff18\uff12\uff17"]  # Arabic, and of full width


@pytest.mark.parametrize("reason", ["", "x" * 201, *(f"The code is {code}." for code in CODES)])
def test_a_reason_is_asked_for_and_is_short_and_without_codes(at_support, signer, reason):
    refused = submit(at_support, page("suspend", signer), reason=reason)

    assert refused.status_code == 200
    assert access_of(signer.prescriber) is Access.GRANTED


@pytest.mark.parametrize(
    "reason",
    [
        "GALH12345678 was found; CS-7306-4118 is not needed.",
        "Called at 10:30 on 2026-11-26, and on 11/25/2026 at 9:05.",
        "2 tokens, 3 phones, 1 call of 12 minutes.",
    ],
)
def test_serials_cases_days_and_times_may_stand_in_a_reason(reason):
    assert ReasonForm({"reason": reason}).is_valid()


def test_what_stands_beside_a_serial_is_still_looked_at():
    form = ReasonForm({"reason": "GALH12345678 and the PIN 48 27"})

    assert form.errors["reason"] == [CODE_IN_REASON]


def test_a_second_click_issues_no_second_case(at_support, agent, signer):
    key = form_key_on(at_support, page("case", signer))

    answers = [
        at_support.post(page("case", signer), {"form_key": key, "reason": WHY}) for _ in range(2)
    ]

    case = RevocationCase.objects.get()
    assert answers[0].url == answers[1].url
    assert f"Case number {case.number}" in read(at_support.get(answers[0].url))
    assert (case.user, case.issued_by, case.reason) == (signer, agent, WHY)
    assert case.expires_at - case.issued_at == timedelta(hours=24)
    event = on_the_trail(signer)
    assert (event.event, event.subject) == ("revocation_case.issued", f"case {case.number}")
    assert told(signer) == ["case-issued"]


def test_a_newer_case_ends_the_older(at_support, signer):
    for _ in range(2):
        submit(at_support, page("case", signer), reason=WHY)

    older, newer = RevocationCase.objects.order_by("issued_at")
    now = timezone.now()
    assert not older.is_open(now)
    assert newer.is_open(now)
    assert older.number != newer.number


def test_there_is_no_case_with_nothing_to_revoke(at_support, agent):
    invited = factories.a_prescriber(registered=False)

    refused = submit(at_support, page("case", invited), reason=WHY)

    assert "There is no EPCS account to revoke" in read(refused)
    nobody = factories.a_person()
    with pytest.raises(NothingToRevoke):
        issue_revocation_case(user=nobody, agent=agent, reason=WHY, at=timezone.now())
    assert not RevocationCase.objects.exists()
    assert on_the_trail(invited).event == "revocation_case.not_issued"


def lock(token: HardToken | SoftToken, **columns: object) -> str:
    values = {"failures": 5, "locked_until": timezone.now() + timedelta(minutes=9), **columns}
    type(token).objects.filter(pk=token.pk).update(**values)
    kind = "hard" if isinstance(token, HardToken) else "mobile"
    return reverse("staff_unlock", args=[kind, token.pk])


def test_a_lock_of_a_token_is_ended_and_the_token_verifies_again(at_support, agent, hard_token):
    token, fob = hard_token
    address = lock(token, last_lock_at=timezone.now())

    done = submit(at_support, address, reason=WHY)

    assert "Unlocked" in read(at_support.get(done.url))
    token.refresh_from_db()
    assert (token.failures, token.locked_until) == (0, None)
    assert token.last_lock_at is not None
    event = on_the_trail(token.user)
    assert (event.event, event.subject) == ("token.unlocked", str(token))
    assert (event.actor, event.facts["reason"]) == (agent, WHY)
    assert told(token.user) == ["token-unlocked"]
    assert fob.press()


def test_a_lock_of_mobile_id_is_ended(at_support, prescriber):
    a_mobile_id(prescriber)
    mobile = SoftToken.objects.get()

    submit(at_support, lock(mobile), reason=WHY)

    mobile.refresh_from_db()
    assert not mobile.lock.is_closed(timezone.now())


@pytest.mark.parametrize(
    "columns",
    [
        {"held_at": F("bound_at")},
        {"locked_until": None},
        {"locked_until": F("bound_at")},
        {"status": "reported", "reported_at": F("bound_at")},
        {"status": "removed", "removed_at": F("bound_at")},
    ],
    ids=["held", "not locked", "lock ran out", "reported", "removed"],
)
def test_what_support_may_not_unlock_stays_as_it_is(at_support, agent, token, columns):
    address = lock(token, **columns)
    before = HardToken.objects.filter(pk=token.pk).values().get()

    refused = submit(at_support, address, reason=WHY)

    assert "This token is not locked, or its lock is none that support may end." in read(refused)
    assert HardToken.objects.filter(pk=token.pk).values().get() == before
    assert on_the_trail(token.user).event == "token.not_unlocked"
    assert told(token.user) == []
    with pytest.raises(NothingToUnlock):
        unlock_token(token=token, agent=agent, reason=WHY, at=timezone.now())


def test_what_is_not_there_is_not_found(at_support, prescriber, token):
    missing = [reverse("staff_unlock", args=[kind, uuid4()]) for kind in ("hard", "mobile", "x")]
    missing += [reverse(f"staff_{name}", args=[9**9]) for name in ("suspend", "case", "spare")]
    missing.append(page("suspend", factories.a_person()))

    assert {at_support.get(address).status_code for address in missing} == {404}


@pytest.fixture
def both(agent) -> User:
    """The agent, who is a prescriber too."""
    practice = factories.a_practice()
    prescriber = factories.a_signer(practice=practice).prescriber
    prescriber.user = agent
    prescriber.save()
    return User.objects.get(pk=agent.pk)


@pytest.mark.parametrize(
    ("action", "event"),
    [
        ("unlock", "token.not_unlocked"),
        ("case", "revocation_case.not_issued"),
    ],
)
def test_agents_do_nothing_for_themselves(at_support, both, action, event):
    own = HardToken.objects.get(user=both)
    address = lock(own) if action == "unlock" else page(action, both)

    refused = submit(at_support, address, reason=WHY)

    assert "This is your own account, so nothing was done." in read(refused)
    refusal = on_the_trail(both)
    assert (refusal.event, refusal.actor, refusal.facts["outcome"]) == (event, both, "own-account")
    assert told(both) == []
    own.refresh_from_db()
    assert (own.locked_until is not None) == (action == "unlock")
    assert not RevocationCase.objects.exists()


def test_agents_stop_their_own_signing(at_support, both):
    submit(at_support, page("suspend", both), reason=WHY)

    assert CompromiseReport.objects.get().user == both
