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
        "no time": ("occurred_at = %s", "infinity", NEVER),
        "a time before our era": ("occurred_at = %s", "0044-03-15 BC", NEVER),
    },
    "sqlite": {
        "no id": ("id = %s", "no id", NEVER),
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


@pytest.fixture
def other_chain(ben, robin):
    """A chain whose name comes after, also at fault; returns its name."""
    with audited_transaction() as trail:
        trail.record(Event.TOKEN_TESTED, at=NOW, person=ben, actor=ben)
    return ben.audit_chain


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("what", FORGED)
def test_what_cannot_be_read_is_named_and_the_other_chains_are_walked(
    events, five_events, other_chain, what
):
    assignment, value, said = FORGED[what]
    execute(f"UPDATE audit_auditevent SET {assignment} WHERE sequence = 3", value)
    execute("UPDATE audit_chainhead SET hash = '' WHERE chain = %s", other_chain)

    lines = sorted(faults())

    assert lines == sorted(lines)
