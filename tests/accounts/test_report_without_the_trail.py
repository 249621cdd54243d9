"""The trail cannot be written. The report is kept all the same, and goes on the trail later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.compromises import Loss
from accounts.flows.record_reports import record_reports
from accounts.flows.report_compromise import report_compromise
from accounts.flows.suspend_signing import suspend_signing
from accounts.signing_access import Access, access_of
from accounts.tasks import record_reports as record_reports_task
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import submit
from tests.tokens.reading import events_of, read
from tokens.models import CompromiseReport, HardToken, SecurityNotice

REPORT = "/epcs/report-lost/"
BREAK = {
    "sqlite": [
        "CREATE TRIGGER full BEFORE INSERT ON audit_auditevent"
        " BEGIN SELECT RAISE(ABORT, 'no space left'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION 'no space left'; END $$",
        'CREATE TRIGGER "full" BEFORE INSERT ON audit_auditevent'
        " FOR EACH ROW EXECUTE FUNCTION full_disk()",
    ],
}
MEND = {
    "sqlite": ['DROP TRIGGER "full"'],
    "postgresql": ['DROP TRIGGER "full" ON audit_auditevent', "DROP FUNCTION full_disk()"],
}


@pytest.fixture
def signer(cloned_db):
    user = factories.a_signer()
    factories.a_hard_token(user)
    factories.designated(factories.a_person(practice=user.practice))
    return user


@contextmanager
def a_full_disk() -> Iterator[None]:
    """The database takes no event."""
    with connection.cursor() as cursor:
        for statement in BREAK[connection.vendor]:
            cursor.execute(statement)
        yield
        for statement in MEND[connection.vendor]:
            cursor.execute(statement)


def lost(user) -> Loss:
    return Loss(
        what=CompromiseReport.What.HARD_TOKEN,
        circumstance=CompromiseReport.Circumstance.STOLEN,
        discovered_at=timezone.now(),
        factor=HardToken.live().get(user=user),
    )


def test_the_report_is_kept_the_gate_closes_and_the_page_gives_the_support_number(client, signer):
    client.force_login(signer)
    now = timezone.localtime(timezone.now(), ZoneInfo(signer.time_zone))
    typed = {"date": f"{now:%Y-%m-%d}", "time": "12:00 AM", "what": "hard-token"}

    with a_full_disk():
        answer = submit(client, REPORT, happened="stolen", **typed)
        page = read(client.get(answer.url))

    kept = CompromiseReport.objects.get()
    assert not kept.is_on_trail
    assert access_of(signer.prescriber) is Access.SUSPENDED
    assert HardToken.objects.get().status == "reported"
    assert "Call support at (888) 555-0110 now" in page
    assert "could not be written into the audit record yet" in page
    assert events_of(signer) == []


def test_everybody_is_told_once_all_the_same(signer):
    with a_full_disk():
        report_compromise(user=signer, loss=lost(signer), at=timezone.now())

    changes = sorted(notice.change for notice in SecurityNotice.objects.all())
    assert changes == ["compromise-reported", "loss-at-practice"]


def test_it_is_written_afterwards_once_with_the_time_it_was_made(client, signer):
    with a_full_disk():
        kept = report_compromise(user=signer, loss=lost(signer), at=timezone.now())
    later = timezone.now() + timedelta(minutes=5)

    written = [record_reports(at=later) for _ in range(2)]

    assert written == [1, 0]
    event = AuditEvent.objects.get(event="compromise.reported")
    assert (event.occurred_at, event.person, event.actor) == (kept.reported_at, signer, signer)
    assert "TEST" in event.subject
    client.force_login(signer)
    assert "could not be written" not in read(client.get(f"{REPORT}{kept.pk}/"))


def test_while_it_still_fails_it_waits(signer):
    with a_full_disk():
        report_compromise(user=signer, loss=lost(signer), at=timezone.now())
        written = record_reports(at=timezone.now())
        assert not CompromiseReport.objects.get().is_on_trail

    assert written == 0
    assert record_reports_task() == 1
    assert CompromiseReport.objects.get().is_on_trail


def test_of_two_workers_at_once_one_writes_it(signer):
    with a_full_disk():
        report_compromise(user=signer, loss=lost(signer), at=timezone.now())

    def another_was_first(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "tokens_compromisereport" in sql:
            execute(sql, params, many, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(another_was_first):
        record_reports(at=timezone.now())

    assert events_of(signer) == []


def test_what_stands_on_the_trail_is_not_written_again(signer):
    report_compromise(user=signer, loss=lost(signer), at=timezone.now())

    assert record_reports(at=timezone.now()) == 0
    assert events_of(signer) == ["compromise.reported"]


def test_support_suspends_all_the_same_and_the_trail_says_so_later(signer):
    agent = factories.a_person(is_staff=True)

    with a_full_disk():
        suspend_signing(user=signer, agent=agent, reason="On the phone.", at=timezone.now())
    record_reports(at=timezone.now())

    assert access_of(signer.prescriber) is Access.SUSPENDED
    event = AuditEvent.objects.get()
    assert (event.event, event.actor) == ("compromise.signing_suspended", agent)


def test_one_that_cannot_be_written_keeps_back_no_other(signer):
    other = factories.a_signer()
    factories.a_hard_token(other)
    with a_full_disk():
        for user in (signer, other):
            report_compromise(user=user, loss=lost(user), at=timezone.now())

    def whose_chain_is_broken(execute, sql, params, many, context):
        if "audit_chainhead" in sql and signer.audit_chain in (params or ()):
            raise DatabaseError("the head of this chain is gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(whose_chain_is_broken):
        assert record_reports(at=timezone.now()) == 1

    assert events_of(other) == ["compromise.reported"]
    assert CompromiseReport.objects.get(is_on_trail=False).user == signer


def test_a_failure_that_passes_keeps_nothing_off_the_trail(signer):
    failures = [DatabaseError("deadlock detected")]

    def once_a_deadlock(execute, sql, params, many, context):
        if "audit_auditevent" in sql and failures:
            raise failures.pop()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(once_a_deadlock):
        kept = report_compromise(user=signer, loss=lost(signer), at=timezone.now())

    assert kept.is_on_trail
    assert events_of(signer) == ["compromise.reported"]
