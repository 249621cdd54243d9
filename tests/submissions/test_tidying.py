from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.submissions.flows.tidy import tidy_away
from epcs_portal.submissions.models import FormSubmission
from epcs_portal.submissions.tasks import tidy

pytestmark = pytest.mark.django_db


def submit(person, *, hours_ago, count=1, first=0):
    claimed_at = timezone.now() - dt.timedelta(hours=hours_ago)
    FormSubmission.objects.bulk_create(
        FormSubmission(
            key_digest=f"{first + number:064}", user=person, page="/", claimed_at=claimed_at
        )
        for number in range(count)
    )


def test_submissions_are_kept_for_a_day(sam):
    submit(sam, hours_ago=23)
    submit(sam, hours_ago=25, count=3, first=1)

    assert tidy() == {"submissions": 3, "sessions": 0}
    assert FormSubmission.objects.count() == 1


def test_expired_sessions_go_and_others_stay():
    for seconds in (-1, 3600):
        session = SessionStore()
        session["secret"] = "marker"
        session.set_expiry(seconds)
        session.save()

    assert tidy() == {"submissions": 0, "sessions": 1}
    assert Session.objects.get().get_decoded()["secret"] == "marker"


def test_the_trail_says_how_many_and_nothing_of_what_they_were(sam):
    submit(sam, hours_ago=25, count=2)

    tidy()

    event = AuditEvent.objects.get()
    assert (event.event, event.chain) == (Event.FORM_TIDIED, "portal")
    assert '"submissions":2' in event.text.replace(" ", "")


def test_nothing_to_tidy_is_nothing_to_tell():
    assert tidy() == {"submissions": 0, "sessions": 0}
    assert not AuditEvent.objects.exists()


def test_one_run_has_an_end_and_the_next_goes_on(sam):
    submit(sam, hours_ago=25, count=7)

    first = tidy_away(at=timezone.now(), batch=2, batches=3)
    second = tidy_away(at=timezone.now(), batch=2, batches=3)

    assert (first["submissions"], second["submissions"]) == (6, 1)
