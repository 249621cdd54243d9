from __future__ import annotations

import datetime as dt
import json
import zoneinfo
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from epcs_portal.audit.chain import GENESIS, link
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.audit.selectors import latest_of
from epcs_portal.audit.trail import audited_transaction
from tests.audit.conftest import NOW

pytestmark = pytest.mark.django_db

SERIAL = "GALH12345678"
VERMONT = zoneinfo.ZoneInfo("America/New_York")


def test_an_event_says_who_did_what_to_what_when_and_how_it_ended(maria):
    with audited_transaction() as trail:
        trail.record(
            Event.STEP_UP_REFUSED, at=NOW, person=maria, actor=maria, subject="hard token", tries=2
        )

    event = AuditEvent.objects.get()
    assert event.chain == maria.audit_chain
    assert (event.sequence, event.occurred_at) == (1, NOW)
    assert (event.event, event.succeeded, event.event_class) == ("step_up.refused", False, 1)
    assert (event.person_id, event.actor_id) == (maria.pk, maria.pk)
    assert event.actor_text == "Maria Reyes, MD (mreyes)"
    assert event.facts == {"tries": 2}
    assert event.hash == link(GENESIS, event.text)


def test_every_column_stands_in_the_text(maria):
    with audited_transaction() as trail:
        trail.record(Event.TOKEN_TESTED, at=NOW, person=maria, actor=maria)

    names = {field.attname for field in AuditEvent._meta.concrete_fields}
    assert set(json.loads(AuditEvent.objects.get().text)) == names - {"text", "hash"} | {
        "facts",
        "v",
    }


def test_events_are_tied_to_the_one_before_and_the_head_to_the_last(five_events):
    events = list(AuditEvent.objects.order_by("sequence"))

    assert [event.sequence for event in events] == [1, 2, 3, 4, 5]
    for before, after in pairwise(events):
        assert after.hash == link(before.hash, after.text)
    head = ChainHead.objects.get(pk=five_events)
    assert (head.sequence, head.hash) == (5, events[-1].hash)


def test_each_event_goes_to_the_chain_of_the_person_it_is_about(maria, ben, robin):
    with audited_transaction() as trail:
        trail.record(Event.ACCESS_CHANGE_ENTERED, at=NOW, person=maria, actor=robin)
        trail.record(Event.TOKEN_TESTED, at=NOW, person=ben, actor=ben)
        trail.record(Event.SEEDS_IMPORTED, at=NOW, actor=robin)
        trail.record(Event.TOKEN_BOUND, at=NOW, person=maria, actor=maria)

    def numbered(chain):
        events = AuditEvent.objects.filter(chain=chain).order_by("sequence")
        return list(events.values_list("sequence", "event"))

    assert numbered(maria.audit_chain) == [(1, "access_change.entered"), (2, "token.bound")]
    assert numbered(ben.audit_chain) == [(1, "token.tested")]
    assert numbered("portal") == [(1, "seeds.imported")]


def test_what_is_raised_inside_undoes_the_work_and_its_events(maria):
    def change_and_stumble():
        with audited_transaction() as trail:
            maria.first_name = "Changed"
            maria.save()
            trail.record(Event.TOKEN_BOUND, at=NOW, person=maria, actor=maria)
            raise LookupError

    with pytest.raises(LookupError):
        change_and_stumble()

    maria.refresh_from_db()
    assert maria.first_name != "Changed"
    assert not AuditEvent.objects.exists()
    assert not ChainHead.objects.exists()


def test_one_event_costs_three_statements_the_last_of_the_transaction(five_events, maria):
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        audited_transaction() as trail,
    ):
        trail.record(Event.TOKEN_TESTED, at=NOW, person=maria, actor=maria)
        list(ChainHead.objects.all())

    verbs = [query["sql"].split()[0] for query in queries]
    assert [verb for verb in verbs if verb not in ("SAVEPOINT", "RELEASE")] == [
        "SELECT",
        "SELECT",
        "INSERT",
        "UPDATE",
    ]


def test_a_transaction_with_nothing_to_tell_costs_nothing(db):
    with CaptureQueriesContext(connection) as queries, audited_transaction():
        pass

    assert {query["sql"].split()[0] for query in queries} <= {"SAVEPOINT", "RELEASE"}


@pytest.mark.parametrize("facts", [{"x": 1.5}, {"x": {}}, {"x": b"1"}, {"X": 1}, {"x1": 1}])
def test_what_is_no_fact_is_refused(facts):
    with audited_transaction() as trail, pytest.raises(TypeError):
        trail.record(Event.TOKEN_TESTED, at=NOW, **facts)


def test_a_refused_fact_is_not_repeated_in_the_error():
    with audited_transaction() as trail, pytest.raises(TypeError) as caught:
        trail.record(Event.TOKEN_TESTED, at=NOW, otp=b"755224")

    assert "755224" not in str(caught.value)


def test_nothing_is_recorded_after_the_transaction(db):
    with audited_transaction() as trail:
        pass

    with pytest.raises(RuntimeError):
        trail.record(Event.TOKEN_TESTED, at=NOW)


def test_a_time_without_a_zone_is_refused(db):
    with pytest.raises(ValueError, match="time zone"), audited_transaction() as trail:
        trail.record(Event.FORM_TIDIED, at=NOW.replace(tzinfo=None))


def test_without_a_request_the_portal_itself_acted(db):
    with audited_transaction() as trail:
        trail.record(Event.FORM_TIDIED, at=NOW, keys=3)

    event = AuditEvent.objects.get()
    assert (event.actor_id, event.actor_text) == (None, "the portal")
    assert (event.address, event.request_id) == ("", "")


def test_recent_activity_is_newest_first_in_words_for_people(maria, alan, robin):
    def record(event, minutes, **people):
        with audited_transaction() as trail:
            at = NOW + dt.timedelta(minutes=minutes)
            trail.record(event, at=at, **people)

    record(Event.TOKEN_BOUND, 0, person=maria, actor=maria)
    record(Event.TOKEN_TEST_REFUSED, 2, person=maria, actor=maria, subject=f"hard token {SERIAL}")
    record(Event.ENROLLMENT_GRANT_GIVEN, 1, person=maria, actor=robin)
    record(Event.TOKEN_TESTED, 3, person=alan, actor=alan)

    with CaptureQueriesContext(connection) as queries, timezone.override(VERMONT):
        activity = latest_of(maria, limit=2, now=NOW)

    assert activity == [
        {"text": "Token test failed", "at": "Today, 4:54 AM", "detail": SERIAL},
        {
            "text": "Allowed to add a first token",
            "at": "Today, 4:53 AM",
            "detail": "by rhale (rhale)",
        },
    ]
    assert len(queries) == 1
