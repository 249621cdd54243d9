"""Posting a message and handing it over, as a flow and a worker do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from epcs_portal.delivery.flows.deliver import deliver
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import post

Channel = Message.Channel
NUMBER = "+18025550187"


def posted(
    person: User | None = None,
    channel: Message.Channel = Channel.TEXT,
    *,
    to: str = NUMBER,
    text: str = "We wrote to you.",
    lives: timedelta = timedelta(minutes=10),
    at: datetime | None = None,
    **more: Any,
) -> Message:
    at = at or timezone.now()
    with transaction.atomic():
        return post(channel, to=to, text=text, person=person, at=at, expires_at=at + lives, **more)


def handed_over(message: Message, *, at: datetime | None = None) -> Message:
    """Let a worker try once, and return what stands in the row afterwards."""
    deliver(message=Message.objects.get(pk=message.pk), at=at or timezone.now())
    return Message.objects.select_related("person").get(pk=message.pk)
