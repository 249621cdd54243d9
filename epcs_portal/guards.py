"""Triggers with which the database itself refuses to change what must stand: ASVS 16.4.2, A-04.

They stop the application, and mistakes. Whoever owns the tables can drop them.

SQLite loses a table's triggers when a migration rebuilds the table: a later migration that alters
a guarded table runs ``install`` again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What stands in the database: name, definition, and the body of the function where it is apart.
POSTGRESQL_MADE = """
SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true), prosrc
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal
"""
SQLITE_MADE = "SELECT name, sql, '' FROM sqlite_master WHERE type = 'trigger'"


class Trigger(NamedTuple):
    """When it fires, on which table, and for which rows.

    For PostgreSQL spelled as pg_get_triggerdef spells it, so that the two can be compared.
    """

    when: str
    table: str
    condition: str


@dataclass(frozen=True, kw_only=True)
class Guards:
    """The triggers of some tables, by name, for each database. All say the same refusal."""

    function: str  # on PostgreSQL
    refusal: str
    postgresql: Mapping[str, Trigger]
    sqlite: Mapping[str, Trigger]

    def install(self, _apps: Apps | None, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Create the triggers that are missing, and make anew those not as defined here."""
        connection = schema_editor.connection
        if connection.vendor not in ("postgresql", "sqlite"):
            raise NotImplementedError(f"{self.refusal} Not guarded on {connection.vendor}.")
        is_postgresql = connection.vendor == "postgresql"
        names = self.faulty(connection)
        if is_postgresql:
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {self.function}() RETURNS trigger LANGUAGE plpgsql"
                f" AS $${self._body}$$",
                None,
            )
        for name in names:
            table = f" ON {self.postgresql[name].table}" if is_postgresql else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{table}", None)
            schema_editor.execute(self._definition(name, connection.vendor), None)

    def faulty(self, connection: BaseDatabaseWrapper) -> list[str]:
        """Return the names of the triggers that are missing, switched off, or not as ``install``
        makes them."""
        is_postgresql = connection.vendor == "postgresql"
        wanted, body = (self.postgresql, self._body) if is_postgresql else (self.sqlite, "")
        with connection.cursor() as cursor:
            cursor.execute(POSTGRESQL_MADE if is_postgresql else SQLITE_MADE)
            made = set(cursor.fetchall())
        return [
            name
            for name in wanted
            if (name, self._definition(name, connection.vendor), body) not in made
        ]

    @property
    def _body(self) -> str:
        # restrict_violation and RAISE(ABORT) both reach Django as IntegrityError.
        return f"""
BEGIN
    RAISE EXCEPTION '{self.refusal}' USING ERRCODE = 'restrict_violation';
END
"""

    def _definition(self, name: str, vendor: str) -> str:
        if vendor == "postgresql":
            when, table, condition = self.postgresql[name]
            made = f"CREATE TRIGGER {name} {when} ON {table} {condition}"
            return f"{made} EXECUTE FUNCTION {self.function}()"
        when, table, condition = self.sqlite[name]
        return (
            f"CREATE TRIGGER {name} {when} ON {table} {condition}".rstrip()
            + f" BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
        )
