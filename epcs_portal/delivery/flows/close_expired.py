"""What was not sent in time is given up, and what was said in a call that is over is erased."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from epcs_portal.audit.trail import audited_transaction
from epcs_portal.delivery.failures import record_failure
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from epcs_portal.sealing import ERASED

AT_A_TIME = 100


def close_expired(*, at: datetime) -> int:
    """Bury messages that expired or used up their attempts, and erase what is left of calls."""
    over = Message.objects.filter(expires_at__lte=at).exclude(sealed_with=ERASED)
    over.filter(state=Message.State.DONE).update(sealed=b"", sealed_with=ERASED)
    waiting = Message.due(at).select_related("person")
    used_up = Q(attempts__gte=settings.OUTBOX_ATTEMPTS)
    lost = list(waiting.filter(used_up | Q(expires_at__lte=at))[:AT_A_TIME])
    buried = 0
    for message in lost:
        problem = Problem.EXPIRED if message.expires_at <= at else Problem.WORKER_LOST
        with audited_transaction() as trail:
            rows = Message.due(at).filter(pk=message.pk, attempts=message.attempts)
            state = Message.State.DEAD
            if rows.update(state=state, problem=problem, sealed=b"", sealed_with=ERASED):
                buried += 1
                record_failure(trail, message, problem, at=at)
    return buried
