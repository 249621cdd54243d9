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

AT_A_TIME = 100
ARRIVES_WITHIN = timedelta(days=1)


def tell_contacts(*, at: datetime) -> int:
    """Post the messages of every notice that waits; return of how many notices.

    Two workers at once post them once: the second finds the notice done.
    """
    waiting = list(SecurityNotice.due(at).select_related("user")[:AT_A_TIME])
    return sum(_tell(notice, at=at) for notice in waiting)


def _tell(notice: SecurityNotice, *, at: datetime) -> bool:
    # No claim: nothing leaves the database here, so the row is done or the transaction undone.
    with transaction.atomic(durable=True), timezone.override(ZoneInfo(notice.user.time_zone)):
        done = SecurityNotice.State.DONE
        if not SecurityNotice.due(at).filter(pk=notice.pk).update(state=done):
            return False
        for channel, to in notices.contacts_of(notice):
            post(
                channel,
                to=to,
                subject=notice.get_change_display() if channel == Message.Channel.EMAIL else "",
                text=notices.words_for(notice, channel),
                person=notice.user,
                at=at,
                expires_at=at + ARRIVES_WITHIN,
            )
    return True
