"""A database of one's own, for tests that really commit.

The usual way, to empty every table after such a test, is refused by the triggers that keep the
audit trail append-only. So the migrated test database is copied before the test and the copy is
dropped after it; the triggers are never switched off.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

REACHES_A_DATABASE = {"db", "transactional_db", "cloned_db", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that reach the database, so that ``-m database`` chooses them."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if REACHES_A_DATABASE & fixtures or item.get_closest_marker("django_db"):
            item.add_marker("database")


@dataclass(frozen=True, kw_only=True)
class ClonedDatabase:
    """Where the copy is, for another process: the name ``pg_dump`` or SQLite wants, and a URL."""

    name: str
    url: str


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Make the test database, also for a run in which every test takes a copy of it.

    pytest-django's own makes none then, and what would be copied is not a test database.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def cloned_db(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[ClonedDatabase]:
    """Give the test, its threads and its processes a copy of the migrated database."""
    if {"db", "transactional_db"} & set(request.fixturenames) or connection.in_atomic_block:
        pytest.fail("cloned_db replaces db: a test that commits cannot also be rolled back.")
    with django_db_blocker.unblock(), cloned_database() as clone:
        yield clone


@contextmanager
def cloned_database() -> Iterator[ClonedDatabase]:
    """Point every connection, also those of threads to come, at a copy of the database."""
    place = connections.settings["default"]
    original = str(place["NAME"])
    connections.close_all()
    copy = _clone_file if connection.vendor == "sqlite" else _clone_from_template
    with copy(original) as name:
        # The connections of all threads share this dictionary.
        place["NAME"] = connection.settings_dict["NAME"] = name
        try:
            yield ClonedDatabase(name=name, url=_url(name))
        finally:
            connections.close_all()
            place["NAME"] = connection.settings_dict["NAME"] = original


@contextmanager
def _clone_file(original: str) -> Iterator[str]:
    clone = Path(original).with_name(f"clone-{uuid4().hex}.sqlite3")
    # SQLite's own backup also reads what still stands in the write-ahead log.
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(clone)) as target:
        source.backup(target)
    try:
        yield str(clone)
    finally:
        for suffix in ("", "-wal", "-shm"):
            clone.with_name(clone.name + suffix).unlink(missing_ok=True)


@contextmanager
def _clone_from_template(original: str) -> Iterator[str]:
    clone = f"clone_{uuid4().hex}"
    _command_server(
        # A database is a template only while nobody is connected to it.
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{original}'",
        f'CREATE DATABASE "{clone}" TEMPLATE "{original}"',
    )
    try:
        yield clone
    finally:
        _command_server(f'DROP DATABASE "{clone}" WITH (FORCE)')


def _command_server(*statements: str) -> None:
    """Run statements in the server's own database, where no test ever works."""
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)


def _url(name: str) -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    place = settings.DATABASES["default"]
    return f"postgres://{place['USER']}@{place['HOST']}:{place['PORT']}/{name}"
