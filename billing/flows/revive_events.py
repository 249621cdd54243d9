"""Events that could not be looked into, as the service was away, are taken up again for days."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from billing.models import PaymentEvent


def revive_events(*, at: datetime) -> int:
    """Queue them anew, those whose worker died six times too; return how many."""
    since = at - settings.PAYMENT_EVENTS_TRIED_FOR
    used_up = PaymentEvent.due(at).filter(attempts__gte=settings.OUTBOX_ATTEMPTS)
    dead = PaymentEvent.objects.filter(state=PaymentEvent.State.DEAD).exclude(
        problem=PaymentEvent.NOT_OURS
    )
    again = {"state": PaymentEvent.State.QUEUED, "attempts": 0, "due_at": at}
    return sum(rows.filter(received_at__gt=since).update(**again) for rows in (used_up, dead))
