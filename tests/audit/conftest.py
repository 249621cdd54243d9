from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import QuerySet

from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.audit.trail import audited_transaction
from tests import factories

NOW = dt.datetime(2026, 3, 11, 8, 52, 31, 123456, tzinfo=dt.UTC)


@pytest.fixture
def lakeside(db):
    return factories.a_practice("Lakeside Pediatrics")


@pytest.fixture
def maria(lakeside):
    name = {"first_name": "Maria", "last_name": "Reyes", "credentials": "MD"}
    return factories.a_person("mreyes", practice=lakeside, **name)


@pytest.fixture
def alan(lakeside):
    return factories.a_person("aokafor", practice=lakeside)


@pytest.fixture
def ben(db):
    return factories.a_person("bhill", practice=factories.a_practice("Hillside Clinic"))


@pytest.fixture
def robin(db):
    return factories.a_person("rhale", is_staff=True)


@pytest.fixture
def five_events(maria):
    """Five events of Maria's, each in a transaction of its own; returns the chain's name."""
    for number in range(5):
        with audited_transaction() as trail:
            trail.record(
                Event.TOKEN_TEST_REFUSED,
                at=NOW + dt.timedelta(minutes=number),
                person=maria,
                actor=maria,
                subject="hard token GALH12345678",
                failures=number,
            )
    return maria.audit_chain


@pytest.fixture
def events(five_events):
    """The events, as the owner of the database has them: no guard, no trigger."""
    connection.check_constraints()  # PostgreSQL alters no table that has checks pending
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("audit_auditevent", "audit_chainhead"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
    return QuerySet(AuditEvent).filter(chain=five_events)


@pytest.fixture
def heads(events):
    return QuerySet(ChainHead)
