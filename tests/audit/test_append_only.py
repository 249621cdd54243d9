"""The trail cannot be changed: neither through the models, nor by SQL as the application."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from epcs_portal.audit import triggers
from epcs_portal.audit.models import AuditEvent, ChainHead

pytestmark = pytest.mark.django_db

OTHER = {"id": "'00000000000000000000000000000001'", "chain": "'another'"}
COLUMNS = [field.column for field in AuditEvent._meta.concrete_fields]
# Another event, in the place where the database keeps that of the given number.
BY_ROWID = (
    f"INTO audit_auditevent (rowid, {', '.join(COLUMNS)})"
    f" SELECT %s, {', '.join(OTHER.get(name, name) for name in COLUMNS)}"
    " FROM audit_auditevent WHERE sequence = 3"
)
STATEMENTS = [
    "UPDATE audit_auditevent SET subject = 'another'",
    "UPDATE audit_auditevent SET sequence = sequence WHERE sequence = 3",
    "DELETE FROM audit_auditevent",
    "DELETE FROM audit_auditevent WHERE sequence = 5",
    "UPDATE audit_chainhead SET sequence = sequence - 1",
    "UPDATE audit_chainhead SET hash = 'another'",
    "UPDATE audit_chainhead SET chain = 'another', sequence = sequence + 1",
    "DELETE FROM audit_chainhead",
]
STATEMENTS += {
    "postgresql": [
        "TRUNCATE audit_auditevent",
        "TRUNCATE audit_chainhead",
        "TRUNCATE accounts_user CASCADE",
        "INSERT INTO audit_chainhead SELECT * FROM audit_chainhead"
        " ON CONFLICT (chain) DO UPDATE SET sequence = 0",
    ],
    "sqlite": [
        "INSERT OR REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent",
        "REPLACE INTO audit_chainhead SELECT chain, 0, hash FROM audit_chainhead",
        "UPDATE OR IGNORE audit_auditevent SET subject = 'another'",
        "INSERT OR REPLACE " + BY_ROWID % "rowid",
        "INSERT " + BY_ROWID % "-1",
        "INSERT OR REPLACE INTO audit_chainhead (rowid, chain, sequence, hash)"
        " SELECT rowid, 'another', 0, hash FROM audit_chainhead",
        "UPDATE OR REPLACE audit_chainhead SET rowid = rowid + 1, sequence = sequence + 1",
        "INSERT INTO audit_chainhead (rowid, chain, sequence, hash) VALUES (-1, 'another', 0, '')",
    ],
}[connection.vendor]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses(five_events, statement):
    before = list(AuditEvent.objects.order_by("sequence").values())
    connection.check_constraints()  # PostgreSQL truncates no table that has checks pending

    with (
        pytest.raises(IntegrityError, match=r"only ever added to|is never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert list(AuditEvent.objects.order_by("sequence").values()) == before
    assert ChainHead.objects.get().sequence == 5


def test_the_models_refuse(five_events):
    event, head = AuditEvent.objects.first(), ChainHead.objects.get()
    attempts = [
        event.save,
        event.delete,
        head.delete,
        AuditEvent.objects.all().delete,
        AuditEvent.objects.filter(sequence=1).delete,
        lambda: AuditEvent.objects.update(subject="another"),
        lambda: AuditEvent.objects.bulk_update([event], ["subject"]),
    ]

    for attempt in attempts:
        with pytest.raises(TypeError, match="only ever added to"):
            attempt()


def test_an_event_made_by_hand_replaces_no_other(five_events):
    event = AuditEvent.objects.get(sequence=1)
    forged = AuditEvent(**{**event.columns(), "text": event.text, "hash": event.hash})

    with pytest.raises(IntegrityError), transaction.atomic():
        forged.save()


def test_a_person_on_the_trail_cannot_be_deleted(five_events, maria):
    maria.membership.delete()

    with pytest.raises(ProtectedError):
        maria.delete()


def test_all_triggers_are_there_as_they_were_made():
    assert triggers.faulty(connection) == []
