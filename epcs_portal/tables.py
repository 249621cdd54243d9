"""Commands that read the database say so when there is nothing to read yet."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connection, models


def require_tables(*tables: type[models.Model]) -> None:
    """Refuse (CommandError) a database that was never migrated."""
    there = set(connection.introspection.table_names())
    if not there.issuperset(table._meta.db_table for table in tables):
        raise CommandError(
            "The database has no tables yet. Run manage.py migrate, or start the demo once: "
            "make demo"
        )
