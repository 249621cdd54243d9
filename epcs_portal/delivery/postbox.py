"""Posting a message: a row in the caller's transaction, and a worker woken once it is committed."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from epcs_portal.delivery.models import Message

DELIVER = "epcs_portal.delivery.tasks.deliver"
LEFT_ALONE = 15.0  # seconds without another try once a broker did not answer: the sweep does it

log = logging.getLogger(__name__)
_left_alone_until: dict[str, float] = {}  # a broker that is away, by its address


def post(
    channel: Message.Channel,
    *,
    to: str,
    text: str,
    subject: str = "",
    html: str = "",
    person: Any = None,
    waits_for_key: bool = False,
    at: datetime,
    expires_at: datetime,
) -> Message:
    """Write the message down; it leaves when the caller's transaction is committed, or not at all.

    At least once: whoever receives it may receive it twice.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A message is posted by the transaction that calls for it.")
    message = Message(
        channel=channel,
        recipient=to,
        person=person,
        waits_for_key=waits_for_key,
        created_at=at,
        due_at=at,
        expires_at=expires_at,
    )
    message.write(text, subject=subject, html=html)
    message.save(force_insert=True)
    transaction.on_commit(partial(wake, message.pk), robust=True)  # it is committed: no error now
    return message


def wake(message_id: UUID) -> None:
    """Send a worker the message's number. Without a broker the sweep finds the row later."""
    send_task(DELIVER, {"message_id": str(message_id)})


def send_task(name: str, arguments: dict[str, str], *, expires: float | None = None) -> None:
    """Hand a task to the broker if it answers. ``expires``: seconds until it is of no use.

    Nobody waits for a broker that is away: it was asked once, and is left alone for a while.
    """
    broker = str(current_app.conf.broker_url)
    if time.monotonic() < _left_alone_until.get(broker, 0.0):
        return
    try:
        current_app.send_task(name, kwargs=arguments, expires=expires, retry=False)
    except OperationalError as error:
        _left_alone_until[broker] = time.monotonic() + LEFT_ALONE
        log.warning("The broker does not answer (%s). Messages wait for the sweep.", error)
