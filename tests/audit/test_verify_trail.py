"""Whoever owns the database can change anything; verify_trail says where."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F, QuerySet

from accounts.models import User
from epcs_portal.audit import inspection
from epcs_portal.audit.chain import canonical, link
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.trail import audited_transaction
from tests.audit.conftest import NOW
from tests.audit.verifying import faults

pytestmark = pytest.mark.django_db

FORGED = {
    "id": uuid.UUID(int=1),
    "chain": "practice:elsewhere",
    "sequence": F("sequence") + 1000,
    "occurred_at": NOW + dt.timedelta(minutes=3, microseconds=1),
    "event": Event.TOKEN_TESTED.value,
    "succeeded": True,
    "event_class": None,
    "actor_id": None,
    "actor_text": "Somebody Else",
    "person_id": None,
    "subject": "hard token GALH24681357",
    "address": "198.51.100.24",
    "request_id": "0" * 32,
    "text": '{"v":1}',
    "hash": "0" * 64,
}


def test_a_whole_trail_is_called_whole(five_events, ben):
    with audited_transaction() as trail:
        trail.record(Event.SIGN_IN_SUCCEEDED, at=NOW, person=ben, actor=ben)
    said = io.StringIO()

    call_command("verify_trail", stdout=said)

    assert f"{five_events}: whole, 5 events." in said.getvalue()
    assert "The audit trail is whole: 6 events in 2 chains." in said.getvalue()


def test_there_is_a_forgery_for_every_column():
    assert set(FORGED) == {field.attname for field in AuditEvent._meta.concrete_fields}


@pytest.mark.parametrize("sequence", [1, 3, 5])
@pytest.mark.parametrize("column", FORGED)
def test_an_altered_column_is_named(events, five_events, sequence, column):
    events.filter(sequence=sequence).update(**{column: FORGED[column]})

    said = [line for line in faults() if line.startswith(f"{five_events}: ")]

    assert len(said) == 1
    assert said[0].startswith(f"{five_events}: broken at {sequence}: ")
    if column not in ("chain", "sequence", "text", "hash"):
        assert said[0].endswith(f": {column}.")


@pytest.mark.parametrize("sequence", [1, 3, 5])
def test_a_value_that_cannot_even_be_read_is_named(events, five_events, sequence):
    forged = {"sqlite": "id = 'no id'", "postgresql": "occurred_at = 'infinity'"}
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE audit_auditevent SET {forged[connection.vendor]} WHERE sequence = %s",
            [sequence],
        )

    (said,) = faults()

    assert said == (f"{five_events}: broken at {sequence}: the event is there and cannot be read.")


@pytest.mark.parametrize("sequence", [1, 3, 5])
def test_a_deleted_event_is_named(events, five_events, sequence):
    events.filter(sequence=sequence).delete()

    (said,) = faults()

    assert said.startswith(f"{five_events}: broken at {sequence}: the event is missing")


@pytest.mark.parametrize("sequence", [1, 3, 5])
def test_an_event_told_anew_in_column_and_text_is_named(events, five_events, sequence):
    event = events.get(sequence=sequence)
    event.subject = "hard token GALH24681357"
    text = canonical({**event.columns(), "facts": event.facts})
    events.filter(sequence=sequence).update(subject=event.subject, text=text)

    (said,) = faults()

    assert said.startswith(f"{five_events}: broken at {sequence}: the hash is not that of")


def test_a_fact_altered_in_the_text_is_named(events, five_events):
    text = events.get(sequence=3).text
    events.filter(sequence=3).update(text=text.replace('"failures":2', '"failures":0'))

    (said,) = faults()

    assert said.startswith(f"{five_events}: broken at 3: the hash is not that of")


def test_an_event_hashed_anew_breaks_the_link_after_it(events, five_events):
    event, before = events.get(sequence=3), events.get(sequence=2)
    event.succeeded = True
    text = canonical({**event.columns(), "facts": event.facts})
    events.filter(sequence=3).update(succeeded=True, text=text, hash=link(before.hash, text))

    (said,) = faults()

    assert said.startswith(f"{five_events}: broken at 4: the hash is not that of")


def test_a_deleted_event_is_named_though_the_rest_closed_the_gap(events, five_events):
    events.filter(sequence=3).delete()
    events.filter(sequence=4).update(sequence=3)
    events.filter(sequence=5).update(sequence=4)

    (said,) = faults()

    assert said == f"{five_events}: broken at 3: text and columns disagree: sequence."


def test_an_event_the_head_does_not_count_is_named(events, heads, five_events):
    last = events.get(sequence=5)
    forged = AuditEvent(**{**last.columns(), "id": uuid.UUID(int=2), "sequence": 6})
    forged.text = canonical({**forged.columns(), "facts": {}})
    forged.hash = link(last.hash, forged.text)
    forged.save()

    (said,) = faults()

    assert said.startswith(f"{five_events}: broken at 6: the head of the chain does not count 1")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"sequence": 4}, "broken at 4: the head of the chain has another hash"),
        ({"sequence": 6}, "broken at 6: the event is missing: the head of the chain counts 6."),
        ({"hash": "0" * 64}, "broken at 5: the head of the chain has another hash"),
    ],
)
def test_an_altered_head_is_named(heads, five_events, columns, said):
    heads.update(**columns)

    (line,) = faults()

    assert line.startswith(f"{five_events}: {said}")


def test_a_chain_without_a_head_is_named(heads, five_events):
    heads.all().delete()

    assert faults() == [f"{five_events}: broken at 1: the chain has no head, and 5 events."]


def test_a_renamed_head_is_named_under_both_names(heads, five_events):
    heads.update(chain="practice:elsewhere")

    assert set(faults()) == {
        "practice:elsewhere: broken at 1: the event is missing: the head of the chain counts 5.",
        f"{five_events}: broken at 1: the chain has no head, and 5 events.",
    }


def test_a_head_that_counts_nothing_is_named(heads):
    heads.create(chain="practice:empty", sequence=0, hash="0" * 64)

    assert faults() == ["practice:empty: broken at 0: the chain has a head and no events."]


def test_every_broken_chain_is_named_once(events, five_events, ben):
    for _ in range(3):
        with audited_transaction() as trail:
            trail.record(Event.TOKEN_TESTED, at=NOW, person=ben, actor=ben)
    QuerySet(AuditEvent).filter(sequence__gte=2).update(subject="another")

    said = faults()

    assert sorted(line.partition(": ")[0] for line in said) == sorted(
        [five_events, ben.audit_chain]
    )
    assert all(": broken at 2: " in line for line in said)


def test_a_tail_cut_off_together_with_its_head_looks_whole_without_a_checkpoint(events, heads):
    events.filter(sequence=5).delete()
    heads.update(sequence=4, hash=events.get(sequence=4).hash)

    assert faults() == []


@pytest.mark.parametrize("kept", ["", "portal"])
def test_a_chain_deleted_together_with_its_head_is_named_once_its_people_signed_in(
    events, heads, five_events, maria, kept
):
    with audited_transaction() as trail:
        trail.record(Event.FORM_TIDIED, at=NOW)
    User.objects.filter(pk=maria.pk).update(last_login=NOW)
    QuerySet(AuditEvent).exclude(chain=kept).delete()
    heads.exclude(chain=kept).delete()

    (said,) = faults()

    assert said.startswith(f"{five_events}: broken at 1: the chain is gone, and people")


def test_a_chain_deleted_together_with_its_head_before_is_not_seen_without_one(events, heads):
    events.delete()
    heads.all().delete()

    assert faults() == []


def test_a_trail_on_which_nothing_was_to_be_told_is_whole(maria):
    said = io.StringIO()

    call_command("verify_trail", stdout=said)

    assert said.getvalue().endswith("The audit trail is whole: 0 events in 0 chains.\n")


def test_a_long_chain_is_walked_in_batches(maria):
    count = inspection.BATCH + 1
    with audited_transaction() as trail:
        for _ in range(count):
            trail.record(Event.TOKEN_TESTED, at=NOW, person=maria, actor=maria)
    told = []

    report = inspection.inspect_chain(maria.audit_chain, lambda *said: told.append(said))

    assert (report.events, report.broken) == (count, None)
    assert told == [
        (maria.audit_chain, inspection.BATCH, count),
        (maria.audit_chain, count, count),
    ]
