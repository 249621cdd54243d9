"""A real worker behind a real Redis tidies away old form submissions and expired sessions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from redis import Redis

from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.submissions.models import FormSubmission
from epcs_portal.submissions.tasks import tidy
from tests import factories
from tests.worker.running import running, wait_until


@pytest.fixture
def sam(environment) -> User:
    """Somebody with a young and an old form submission and session."""
    person = factories.a_prescriber("snguyen")
    now = timezone.now()
    for hours_ago in (1, 25):
        FormSubmission.objects.create(
            key_digest=f"{hours_ago:064}",
            user=person,
            page="/",
            claimed_at=now - dt.timedelta(hours=hours_ago),
        )
        session = SessionStore()
        session.set_expiry(3600 - hours_ago * 600)
        session.save()
    return person


def is_tidy() -> bool:
    return FormSubmission.objects.count() == 1 and Session.objects.count() == 1


def only_the_old_are_gone() -> bool:
    young = FormSubmission.objects.get()
    return young.key_digest == f"{1:064}" and Session.objects.get().expire_date > timezone.now()


def is_done_with(redis: Redis) -> bool:
    return not redis.llen("celery") and not redis.hlen("unacked")


def test_the_old_go_the_young_stay_and_the_trail_says_how_many(redis, environment, sam):
    with running("tidy", environment=environment):
        tidy.delay()
        wait_until(is_tidy)
        wait_until(lambda: is_done_with(redis))

    assert only_the_old_are_gone()
    event = AuditEvent.objects.get(event=Event.FORM_TIDIED)
    assert '"submissions":1' in event.text.replace(" ", "")


def test_a_killed_worker_loses_nothing_and_the_next_one_does_it_once(redis, environment, sam):
    with running("killed", environment=environment) as worker:
        with transaction.atomic():
            list(FormSubmission.objects.select_for_update())
            tidy.delay()
            worker.wait_for("received")
            wait_until(lambda: redis.hlen("unacked") == 1)
            worker.kill()
        assert not is_done_with(redis)

    with running("next", environment=environment):
        wait_until(is_tidy)
        wait_until(lambda: is_done_with(redis))

    assert only_the_old_are_gone()
    assert AuditEvent.objects.filter(event=Event.FORM_TIDIED).count() == 1


def test_a_task_delivered_many_times_has_one_effect(redis, environment, sam):
    for _delivery in range(5):
        tidy.delay()

    with running("many", environment=environment):
        wait_until(lambda: is_done_with(redis))

    assert only_the_old_are_gone()
    assert AuditEvent.objects.filter(event=Event.FORM_TIDIED).count() == 1
