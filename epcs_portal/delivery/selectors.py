"""Reading messages: what waits, and what was given up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from epcs_portal.delivery.gateway import Progress
from epcs_portal.delivery.models import Message
from epcs_portal.rows import one_or_none

AT_A_TIME = 100  # rows in one sweep: the next comes in seconds


def due_ids(at: datetime) -> list[UUID]:
    return list(Message.due(at).values_list("pk", flat=True)[:AT_A_TIME])


def message_by_id(message_id: UUID) -> Message | None:
    return one_or_none(Message.objects.select_related("person").filter(pk=message_id))


def dead() -> QuerySet[Message]:
    """Return the messages that were given up, or that the carrier gave up, newest first."""
    given_up = Q(state=Message.State.DEAD) | Q(progress=Progress.FAILED)
    return Message.objects.filter(given_up).order_by("-created_at")


def waiting() -> QuerySet[Message]:
    """Return the messages that are not sent yet, oldest first."""
    states = [Message.State.QUEUED, Message.State.CLAIMED]
    return Message.objects.filter(state__in=states).order_by("created_at")
