"""Statements that Django compiles once and runs often.

    TOKEN = Select(lambda owner: HardToken.live().filter(user=owner))
    token = TOKEN.one_or_none(owner=user.pk)

To compile a queryset costs three times what running it does, and a signature runs two dozen. So
the few on the way of every verification and signature are compiled by their first run, and each
later run only puts its values in. The queryset stays the one place where the statement is written.

The function that builds it gets a stand-in for each value, so it cannot look at them. It is called
once for each database, each set of values named, and each set of those that are None: ``IS NULL``
is another statement. Values are numbers, texts, times, UUIDs, and mappings for JSON columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=Model)
Values = Mapping[str, Any]
Key = tuple[str, tuple[tuple[str, bool], ...]]


@dataclass(frozen=True, slots=True)
class _StandIn:
    """Where a value goes."""

    name: str


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    params: tuple[Any, ...]

    def run(self, cursor: Any, values: Values, database: BaseDatabaseWrapper) -> None:
        params = [
            _adapted(values[param.name], database) if isinstance(param, _StandIn) else param
            for param in self.params
        ]
        cursor.execute(self.sql, params)


@dataclass(frozen=True, slots=True)
class _Reading(_Statement):
    """A SELECT, and how a row of its result becomes an object with those joined to it."""

    model: type[Model]
    columns: slice
    names: Sequence[str]
    annotated: Sequence[tuple[str, int]]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    populators: Sequence[Any]
    locks: bool

    def object_of(self, row: Sequence[Any], database: BaseDatabaseWrapper) -> Any:
        if self.converters:
            row = list(row)
            for place, converters, expression in self.converters:
                for convert in converters:
                    row[place] = convert(row[place], expression, database)
        made = self.model.from_db(database.alias, self.names, row[self.columns])
        for populator in self.populators:
            populator.populate(row, made)
        for name, place in self.annotated:
            setattr(made, name, row[place])
        return made


class Select(Generic[Row]):
    """A query for whole rows, with what ``select_related`` and ``annotate`` add."""

    def __init__(self, build: Callable[..., QuerySet[Row]]) -> None:
        self._build = build
        self._compiled: dict[Key, _Reading] = {}

    def __call__(self, **values: Any) -> list[Row]:
        """Return the rows. Refused: locking them outside a transaction."""
        database = connections[DEFAULT_DB_ALIAS]
        key = _key(values, database)
        reading = self._compiled.get(key)
        if reading is None:
            rows = self._build(**_stand_ins(values))
            reading = self._compiled[key] = _reading(rows, database)
        if reading.locks and database.get_autocommit():
            raise TransactionManagementError("Rows are locked inside a transaction.")
        with database.cursor() as cursor:
            reading.run(cursor, values, database)
            return [reading.object_of(row, database) for row in cursor.fetchall()]

    def one_or_none(self, **values: Any) -> Row | None:
        """Return the row, or None, of a query that a unique column keeps to one."""
        return next(iter(self(**values)), None)


class Update:
    """``build`` returns the rows to change and the new values of their columns."""

    def __init__(self, build: Callable[..., tuple[QuerySet[Any], Values]]) -> None:
        self._build = build
        self._compiled: dict[Key, _Statement] = {}

    def __call__(self, **values: Any) -> int:
        """Return how many rows were changed."""
        database = connections[DEFAULT_DB_ALIAS]
        key = _key(values, database)
        statement = self._compiled.get(key)
        if statement is None:
            rows, changes = self._build(**_stand_ins(values))
            query: Any = rows.query.chain(UpdateQuery)
            query.add_update_values(changes)
            statement = _Statement(*query.get_compiler(connection=database).as_sql())
            self._compiled[key] = statement
        with database.cursor() as cursor:
            statement.run(cursor, values, database)
            return int(cursor.rowcount)


class Insert(Generic[Row]):
    """Stores new objects whose primary keys are not drawn by the database."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        self._compiled: dict[str, str] = {}

    def __call__(self, objects: Sequence[Row]) -> None:
        """Store them with one statement."""
        database = connections[DEFAULT_DB_ALIAS]
        fields = self._model._meta.concrete_fields
        sql = self._compiled.get(database.vendor)
        if sql is None:
            query = InsertQuery(self._model)
            query.insert_values(fields, [objects[0]])
            [(sql, _)] = query.get_compiler(connection=database).as_sql()
            self._compiled[database.vendor] = sql
        one_more = f", ({', '.join(['%s'] * len(fields))})"
        params = [
            field.get_db_prep_save(field.pre_save(each, True), database)
            for each in objects
            for field in fields
        ]
        with database.cursor() as cursor:
            cursor.execute(sql + one_more * (len(objects) - 1), params)
        for each in objects:
            each._state.adding, each._state.db = False, database.alias


def _reading(rows: QuerySet[Any], database: BaseDatabaseWrapper) -> _Reading:
    compiler: Any = rows.query.get_compiler(connection=database)
    sql, params = compiler.as_sql()
    info, select = compiler.klass_info, compiler.select
    places = info["select_fields"]
    columns = slice(places[0], places[-1] + 1)
    converters = compiler.get_converters([column[0] for column in select])
    return _Reading(
        sql=sql,
        params=params,
        model=info["model"],
        columns=columns,
        names=[column[0].target.attname for column in select[columns]],
        annotated=list(compiler.annotation_col_map.items()),
        converters=[(place, *how) for place, how in converters.items()],
        populators=get_related_populators(info, select, database.alias),  # type: ignore[call-arg]
        locks=rows.query.select_for_update,
    )


def _key(values: Values, database: BaseDatabaseWrapper) -> Key:
    return database.vendor, tuple((name, value is None) for name, value in values.items())


def _stand_ins(values: Values) -> dict[str, Value | None]:
    return {
        name: None if value is None else Value(_StandIn(name)) for name, value in values.items()
    }


def _adapted(value: Any, database: BaseDatabaseWrapper) -> Any:
    """Return the value as the database's driver takes it."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, dt.datetime):
        return database.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value if database.features.has_native_uuid_field else value.hex
    if isinstance(value, Mapping):
        return database.ops.adapt_json_value(value, None)
    raise TypeError(f"A compiled statement takes no {type(value).__name__}.")
