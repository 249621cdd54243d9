"""What makes the database itself refuse to change the audit trail: ASVS 16.4.2, rules A-04.

Triggers stop the application, and mistakes. Whoever owns the tables can drop them; that is what
the chain of hashes is for, and ``faulty()`` tells.

SQLite loses a table's triggers when a migration rebuilds the table: a later migration that alters
one of these tables runs ``install`` again.
"""

from __future__ import annotations

from typing import NamedTuple

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSAL = "The audit trail is only ever added to."

EVENTS, HEADS = "audit_auditevent", "audit_chainhead"


class Trigger(NamedTuple):
    when: str
    table: str
    condition: str


# restrict_violation and RAISE(ABORT) both reach Django as IntegrityError.
POSTGRESQL_BODY = f"""
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END
"""
POSTGRESQL_FUNCTION = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql"
    f" AS $${POSTGRESQL_BODY}$$"
)
# Spelled as pg_get_triggerdef spells them, so that they can be compared.
POSTGRESQL = {
    "audit_event_unchanged": Trigger("BEFORE DELETE OR UPDATE", EVENTS, "FOR EACH ROW"),
    "audit_event_not_emptied": Trigger("BEFORE TRUNCATE", EVENTS, "FOR EACH STATEMENT"),
    "audit_head_not_deleted": Trigger("BEFORE DELETE", HEADS, "FOR EACH ROW"),
    "audit_head_not_emptied": Trigger("BEFORE TRUNCATE", HEADS, "FOR EACH STATEMENT"),
    "audit_head_only_grows": Trigger(
        "BEFORE UPDATE",
        HEADS,
        "FOR EACH ROW WHEN (new.chain::text <> old.chain::text OR new.sequence <= old.sequence)",
    ),
}
# OR REPLACE deletes the row it collides with, be it by rowid, and fires no DELETE trigger. Where a
# statement names no rowid, NEW.rowid is -1 before the insert: no row may have that one.
SQLITE = {
    "audit_event_not_updated": Trigger("BEFORE UPDATE", EVENTS, ""),
    "audit_event_not_deleted": Trigger("BEFORE DELETE", EVENTS, ""),
    "audit_event_not_replaced": Trigger(
        "BEFORE INSERT",
        EVENTS,
        "WHEN EXISTS (SELECT 1 FROM audit_auditevent WHERE id = NEW.id OR rowid = NEW.rowid"
        " OR (chain = NEW.chain AND sequence = NEW.sequence))",
    ),
    "audit_event_numbered": Trigger("AFTER INSERT", EVENTS, "WHEN NEW.rowid < 1"),
    "audit_head_not_deleted": Trigger("BEFORE DELETE", HEADS, ""),
    "audit_head_not_replaced": Trigger(
        "BEFORE INSERT",
        HEADS,
        "WHEN EXISTS (SELECT 1 FROM audit_chainhead WHERE chain = NEW.chain OR rowid = NEW.rowid)",
    ),
    "audit_head_numbered": Trigger("AFTER INSERT", HEADS, "WHEN NEW.rowid < 1"),
    "audit_head_only_grows": Trigger(
        "BEFORE UPDATE",
        HEADS,
        "WHEN NEW.rowid <> OLD.rowid OR NEW.chain <> OLD.chain OR NEW.sequence <= OLD.sequence",
    ),
}
# What stands in the database: name, definition, and the body of the function where it is apart.
POSTGRESQL_MADE = """
SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true), prosrc
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE tgenabled IN ('O', 'A')
AND tgrelid IN ('audit_auditevent'::regclass, 'audit_chainhead'::regclass)
"""
SQLITE_MADE = "SELECT name, sql, '' FROM sqlite_master WHERE type = 'trigger'"


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers that are missing, and make anew those that are not as defined here."""
    connection = schema_editor.connection
    if connection.vendor not in ("postgresql", "sqlite"):
        raise NotImplementedError(f"The audit trail is not guarded on {connection.vendor}.")
    is_postgresql = connection.vendor == "postgresql"
    names = faulty(connection)
    if is_postgresql:
        schema_editor.execute(POSTGRESQL_FUNCTION, None)
    for name in names:
        table = f" ON {POSTGRESQL[name].table}" if is_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{table}", None)
        schema_editor.execute(_definition(name, connection.vendor), None)


def faulty(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that are missing, switched off, or not as ``install``
    makes them."""
    is_postgresql = connection.vendor == "postgresql"
    wanted, body = (POSTGRESQL, POSTGRESQL_BODY) if is_postgresql else (SQLITE, "")
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL_MADE if is_postgresql else SQLITE_MADE)
        made = {name: (definition, told) for name, definition, told in cursor.fetchall()}
    return [
        name for name in wanted if made.get(name) != (_definition(name, connection.vendor), body)
    ]


def _definition(name: str, vendor: str) -> str:
    if vendor == "postgresql":
        when, table, condition = POSTGRESQL[name]
        return (
            f"CREATE TRIGGER {name} {when} ON {table} {condition} EXECUTE FUNCTION audit_refuse()"
        )
    when, table, condition = SQLITE[name]
    return (
        f"CREATE TRIGGER {name} {when} ON {table} {condition}".rstrip()
        + f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
