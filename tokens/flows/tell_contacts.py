"""Write to everybody who has to know of a change."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import post
from tokens import notices
from tokens.models import SecurityNotice

ARRIVES_WITHIN = timedelta(days=1)


def tell_contacts(*, notice: SecurityNotice, at: datetime) -> bool:
    """Post the messages of a notice that waits; return whether this did it.

    It is claimed first, so that one notice that cannot be told never keeps the others waiting:
    it is tried again after OUTBOX_CLAIM, six times.
    """
    if not notice.claim(at):
        return False
    with transaction.atomic(durable=True), timezone.override(ZoneInfo(notice.user.time_zone)):
        for channel, to in notices.contacts_of(notice):
            is_letter = channel == Message.Channel.EMAIL
            post(
                channel,
                to=to,
                subject=notice.get_change_display() if is_letter else "",
                text=notices.words_for(notice, channel),
                person=notice.user,
                at=at,
                expires_at=at + ARRIVES_WITHIN,
            )
        is_ours = notice.finish()
        transaction.set_rollback(not is_ours)  # another worker has told them
    return is_ours
