"""What cannot even be read is named like any other fault, and the other chains are walked."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from tests.audit.conftest import NOW
from tests.audit.verifying import faults

pytestmark = pytest.mark.django_db

NEVER = "the event is there and cannot be read."
TEXT = "the text of the event cannot be read."
DISAGREE = "text and columns disagree: "
DEEP = "[" * 100_000
DEEP_FACT = '{"facts":' + '{"a":' * 2000 + "1" + "}" * 2001

# Each is written to the third of five events.
FORGED = {
    "text nested too deep": ("text = %s", DEEP, TEXT),
    "facts nested too deep": ("text = %s", DEEP_FACT, TEXT),
    "text of another kind": ("text = %s", "[1]", TEXT),
    "a name that is not ours": (
        "text = %s",
        json.dumps({"facts": {}, "\nportal: whole": 1}),
        DISAGREE,
    ),
} | {
    "postgresql": {
        "a time before our era": ("occurred_at = %s", "0044-03-15 BC", NEVER),
    },
    "sqlite": {
        "bytes for an id": ("id = %s", b"\x01", NEVER),
        "no time": ("occurred_at = %s", "no time", DISAGREE + "occurred_at."),
        "text that is no UTF-8": ("text = CAST(%s AS TEXT)", b"\xff", TEXT),
        "text that ends in no UTF-8": ("text = text || CAST(%s AS TEXT)", b"\xff", TEXT),
        "a name that is no UTF-8": (
            "actor_text = CAST(%s AS TEXT)",
            b"Maria Reyes\xff",
            DISAGREE + "actor_text.",
        ),
        "a hash that is no UTF-8": ("hash = CAST(%s AS TEXT)", b"\xff", "the hash is not that of"),
        "a hash of another type": ("hash = %s", b"\xff", "the hash is not that of"),
        "a number of another type": ("sequence = %s", "abc", "the event is missing"),
    },
}[connection.vendor]


# Another name for the chain of the third event, and how it is repeated.
NAMES = {
    "with a line feed": ("%s", "portal: whole\nportal", r"'portal: whole\nportal'"),
} | {
    "postgresql": {},
    "sqlite": {
        "no text": ("%s", b"practice", "b'practice'"),
        "no UTF-8": ("CAST(%s AS TEXT)", b"practice:\xff", r"'practice:\udcff'"),
    },
}[connection.vendor]

HIGHEST = 2**63 - 1
HEADS = {HIGHEST: f"6: the event is missing: the head of the chain counts {HIGHEST}."}
if connection.vendor == "sqlite":
    HEADS |= dict.fromkeys(["abc", 5.5], "1: the head of the chain counts in no number.")


@pytest.fixture
def other_chain(ben):
    """A chain that is walked later, with a fault of its own; returns its name."""
    with audited_transaction() as trail:
        trail.record(Event.TOKEN_TESTED, at=NOW, person=ben, actor=ben)
    return ben.audit_chain


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def faults_besides_that_of(other_chain):
    execute("UPDATE audit_chainhead SET hash = '' WHERE chain = %s", other_chain)
    lines = faults()
    lines.remove(
        f"{other_chain}: broken at 1: the head of the chain has another hash than the last event."
    )
    return lines


@pytest.mark.parametrize("what", FORGED)
def test_an_event_that_cannot_be_read_is_named_and_the_other_chains_are_walked(
    events, five_events, other_chain, what
):
    assignment, value, said = FORGED[what]
    execute(f"UPDATE audit_auditevent SET {assignment} WHERE sequence = 3", value)

    (line,) = faults_besides_that_of(other_chain)

    assert line.startswith(f"{five_events}: broken at 3: {said}")


@pytest.mark.parametrize("what", NAMES)
def test_a_chain_whose_name_cannot_be_read_is_named(events, five_events, other_chain, what):
    name, value, said = NAMES[what]
    execute(f"UPDATE audit_auditevent SET chain = {name} WHERE sequence = 3", value)

    lines = faults_besides_that_of(other_chain)

    assert sorted(lines) == sorted(
        [
            f"{said}: broken at 1: no chain has such a name.",
            f"{five_events}: broken at 3: the event is missing.",
        ]
    )


@pytest.mark.parametrize("sequence", HEADS)
def test_a_head_that_counts_what_cannot_be_is_named(events, five_events, other_chain, sequence):
    execute("UPDATE audit_chainhead SET sequence = %s WHERE chain = %s", sequence, five_events)

    (line,) = faults_besides_that_of(other_chain)

    assert line == f"{five_events}: broken at {HEADS[sequence]}"
