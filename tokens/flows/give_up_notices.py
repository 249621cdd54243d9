"""A notice that could not be told, time after time: somebody has to hear of that."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.delivery.problems import Problem
from tokens.models import SecurityNotice


def give_up_notices(*, at: datetime) -> None:
    """Bury notices whose attempts are used up, each with an event."""
    used_up = SecurityNotice.due(at).filter(attempts__gte=settings.OUTBOX_ATTEMPTS)
    for notice in used_up.select_related("user"):
        with audited_transaction() as trail:
            state, problem = SecurityNotice.State.DEAD, Problem.WORKER_LOST.value
            if used_up.filter(pk=notice.pk).update(state=state, problem=problem):
                trail.record(
                    Event.MESSAGE_NOT_DELIVERED,
                    at=at,
                    person=notice.user,
                    subject=f"security notice {notice.change}",
                    problem=problem,
                )
