"""Letting time pass for a row: every time it remembers moves into the past."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import DateTimeField, F, Model


def minutes_pass(row: Model, minutes: float) -> None:
    """Make ``row`` as it will be in so many minutes, and read it again."""
    times = [field.name for field in row._meta.concrete_fields if isinstance(field, DateTimeField)]
    rows = type(row)._base_manager.filter(pk=row.pk)
    rows.update(**{name: F(name) - timedelta(minutes=minutes) for name in times})
    row.refresh_from_db()
