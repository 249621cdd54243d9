"""The worker of the demo: a broker made of files, and beat inside the worker."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from epcs_portal.demo.services import worker
from tests.journeys.portal import Portal
from tests.parts import WORK
from tests.worker.running import running, wait_until

FOLDER = WORK / "worker"
LEAVE_THE_OLD = """
import datetime as dt
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from accounts.models import User
from epcs_portal.submissions.models import FormSubmission
sam = User.objects.get(username="snguyen")
for hours_ago in (1, 25):
    claimed_at = timezone.now() - dt.timedelta(hours=hours_ago)
    FormSubmission.objects.create(
        key_digest=f"{hours_ago:064}", user=sam, page="/", claimed_at=claimed_at)
    session = SessionStore()
    session.set_expiry(3600 - hours_ago * 600)
    session.save()
"""
LEFT = """
SELECT (SELECT count(*) FROM submissions_formsubmission),
       (SELECT count(*) FROM django_session),
       (SELECT count(*) FROM audit_auditevent WHERE event = 'form.tidied')
"""


@pytest.fixture
def portal() -> Iterator[Portal]:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for folder in ("queue", "control"):
        (FOLDER / "broker" / folder).mkdir(parents=True)
    portal = Portal(folder=FOLDER)
    portal.prepare()
    portal.run(LEAVE_THE_OLD)
    yield portal
    portal.dismiss()


def left(portal: Portal) -> tuple[int, int, int]:
    with closing(sqlite3.connect(portal.database)) as database:
        submissions, sessions, events = database.execute(LEFT).fetchone()
        return submissions, sessions, events


def test_beat_sends_the_task_through_the_files_and_it_is_done_once(portal):
    assert left(portal) == (2, 2, 0)
    command = [
        "tests.worker.hurried" if part == "epcs_portal" else part
        for part in worker(folder=FOLDER).command
    ]

    with running("demo", environment=portal.environment, command=command) as demo:
        demo.wait_for("succeeded")
        wait_until(lambda: left(portal) == (1, 1, 1))
