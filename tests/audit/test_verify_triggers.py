"""Whoever owns the tables can alter what guards them; verify_trail says which."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import connection

from epcs_portal.audit import triggers
from tests.audit.verifying import everything_wrong

pytestmark = pytest.mark.django_db

UNCHANGED = "CREATE TRIGGER audit_event_unchanged BEFORE DELETE OR UPDATE ON audit_auditevent"
NOT_DELETED = "CREATE TRIGGER audit_event_not_deleted BEFORE DELETE ON audit_auditevent"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'The audit trail is only ever added to.'); END"
NOTHING = "LANGUAGE plpgsql AS $$ BEGIN RETURN COALESCE(NEW, OLD); END $$"

BLUNTED = {
    "postgresql": {
        "taken away": ["DROP TRIGGER audit_event_unchanged ON audit_auditevent"],
        "switched off": ["ALTER TABLE audit_auditevent DISABLE TRIGGER audit_event_unchanged"],
        "of an event fewer": [
            "DROP TRIGGER audit_event_unchanged ON audit_auditevent",
            UNCHANGED.replace(" OR UPDATE", "") + " FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        ],
        "never": [
            "DROP TRIGGER audit_event_unchanged ON audit_auditevent",
            f"{UNCHANGED} FOR EACH ROW WHEN (false) EXECUTE FUNCTION audit_refuse()",
        ],
        "with another function": [
            f"CREATE FUNCTION allow() RETURNS trigger {NOTHING}",
            "DROP TRIGGER audit_event_unchanged ON audit_auditevent",
            f"{UNCHANGED} FOR EACH ROW EXECUTE FUNCTION allow()",
        ],
        "with a function of the same name": [
            "CREATE SCHEMA theirs",
            f"CREATE FUNCTION theirs.audit_refuse() RETURNS trigger {NOTHING}",
            "DROP TRIGGER audit_event_unchanged ON audit_auditevent",
            f"{UNCHANGED} FOR EACH ROW EXECUTE FUNCTION theirs.audit_refuse()",
        ],
        "with the function emptied": [
            f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger {NOTHING}"
        ],
    },
    "sqlite": {
        "taken away": ["DROP TRIGGER audit_event_not_deleted"],
        "never": ["DROP TRIGGER audit_event_not_deleted", f"{NOT_DELETED} WHEN 0 {REFUSE}"],
        "without effect": [
            "DROP TRIGGER audit_event_not_deleted",
            f"{NOT_DELETED} BEGIN SELECT 1; END",
        ],
        "on another table": [
            "DROP TRIGGER audit_event_not_deleted",
            NOT_DELETED.replace("audit_auditevent", "accounts_user") + f" {REFUSE}",
        ],
    },
}[connection.vendor]
NAME = {"postgresql": "audit_event_unchanged", "sqlite": "audit_event_not_deleted"}
NAMED = {how: [NAME[connection.vendor]] for how in BLUNTED} | {
    "with the function emptied": list(triggers.POSTGRESQL)
}


def run(statements):
    connection.check_constraints()  # PostgreSQL alters no table that has checks pending
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize("how", BLUNTED)
def test_a_trigger_that_is_not_as_it_was_made_is_named(five_events, how):
    run(BLUNTED[how])

    assert everything_wrong() == [
        f"The database does not guard the trail: trigger {name} is not as it was made."
        for name in NAMED[how]
    ]


@pytest.mark.parametrize("how", BLUNTED)
def test_installing_again_mends_it(five_events, how):
    run(BLUNTED[how])

    triggers.install(None, connection.schema_editor())

    assert triggers.faulty(connection) == []
    call_command("verify_trail", stdout=io.StringIO())
