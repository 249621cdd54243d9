from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.management import call_command
from django.db import connection

from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.audit.trail import audited_transaction
from tests import factories
from tests.audit.conftest import NOW

WRITERS, ROUNDS = 20, 5


def test_twenty_writers_on_three_chains_leave_no_gap_and_no_fork(cloned_db):
    """Seen to fail on PostgreSQL without the lock on the head (a number given twice), and with
    heads locked in the order of the events instead of their own (deadlock)."""
    people = [factories.a_person(practice=factories.a_practice()) for _ in range(3)]
    chains = [person.audit_chain for person in people]
    start = Barrier(WRITERS)

    def write(writer):
        # Each writer comes with the chains in another order; the first round creates the heads.
        try:
            start.wait()
            for turn in range(ROUNDS):
                with audited_transaction() as trail:
                    User.objects.filter(pk=people[writer % 3].pk).update(last_login=NOW)
                    for step in range(3):
                        person = people[(writer + step) % 3]
                        trail.record(Event.TOKEN_TESTED, at=NOW, person=person, turn=turn)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        for written in [pool.submit(write, writer) for writer in range(WRITERS)]:
            written.result(timeout=60)

    call_command("verify_trail", stdout=io.StringIO())
    assert AuditEvent.objects.count() == WRITERS * ROUNDS * 3
    heads = ChainHead.objects.filter(chain__in=chains).values_list("sequence", flat=True)
    assert list(heads) == [WRITERS * ROUNDS] * 3
