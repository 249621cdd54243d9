"""What makes the database itself refuse to change the audit trail: ASVS 16.4.2, rules A-04.

Triggers stop the application, and mistakes. Whoever owns the tables can drop them; that is what
the chain of hashes is for, and ``missing()`` tells.

SQLite loses a table's triggers when a migration rebuilds the table: a later migration that alters
one of these tables runs ``install`` again.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSAL = "The audit trail is only ever added to."

# restrict_violation and RAISE(ABORT) both reach Django as IntegrityError.
POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END $$
"""
POSTGRESQL = {
    "audit_event_unchanged": "BEFORE UPDATE OR DELETE ON audit_auditevent FOR EACH ROW",
    "audit_event_not_emptied": "BEFORE TRUNCATE ON audit_auditevent FOR EACH STATEMENT",
    "audit_head_not_deleted": "BEFORE DELETE ON audit_chainhead FOR EACH ROW",
    "audit_head_not_emptied": "BEFORE TRUNCATE ON audit_chainhead FOR EACH STATEMENT",
    "audit_head_only_grows": "BEFORE UPDATE ON audit_chainhead FOR EACH ROW"
    " WHEN (NEW.chain <> OLD.chain OR NEW.sequence <= OLD.sequence)",
}
# INSERT OR REPLACE deletes the old row without firing a DELETE trigger, hence the last of each.
SQLITE = {
    "audit_event_not_updated": "BEFORE UPDATE ON audit_auditevent",
    "audit_event_not_deleted": "BEFORE DELETE ON audit_auditevent",
    "audit_event_not_replaced": "BEFORE INSERT ON audit_auditevent WHEN EXISTS ("
    "SELECT 1 FROM audit_auditevent WHERE id = NEW.id"
    " OR (chain = NEW.chain AND sequence = NEW.sequence))",
    "audit_head_not_deleted": "BEFORE DELETE ON audit_chainhead",
    "audit_head_not_replaced": "BEFORE INSERT ON audit_chainhead WHEN EXISTS ("
    "SELECT 1 FROM audit_chainhead WHERE chain = NEW.chain)",
    "audit_head_only_grows": "BEFORE UPDATE ON audit_chainhead"
    " WHEN NEW.chain <> OLD.chain OR NEW.sequence <= OLD.sequence",
}


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers that are missing."""
    connection = schema_editor.connection
    names = missing(connection)
    if connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, None)
        for name in names:
            schema_editor.execute(
                f"CREATE TRIGGER {name} {POSTGRESQL[name]} EXECUTE FUNCTION audit_refuse()", None
            )
    elif connection.vendor == "sqlite":
        for name in names:
            schema_editor.execute(
                f"CREATE TRIGGER {name} {SQLITE[name]} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
                None,
            )
    else:
        raise NotImplementedError(f"The audit trail is not guarded on {connection.vendor}.")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that are not there, or are switched off."""
    if connection.vendor == "postgresql":
        wanted = POSTGRESQL
        query = (
            "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
            " AND tgrelid IN ('audit_auditevent'::regclass, 'audit_chainhead'::regclass)"
        )
    else:
        wanted = SQLITE
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name IN ('audit_auditevent', 'audit_chainhead')"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {name for (name,) in cursor.fetchall()}
    return [name for name in wanted if name not in found]
