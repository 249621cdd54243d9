"""Telling people what was changed in their name: by e-mail and phone, to all old and new contacts.

A flow notes the change in its own transaction, one row. A worker writes the messages a few seconds
later (``flows/tell_contacts``), so that no flow waits for them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from epcs_portal.audit import origin
from epcs_portal.compiled import Insert
from epcs_portal.delivery.addresses import public
from epcs_portal.delivery.models import Message
from epcs_portal.local_time import day_and_time_with_seconds
from tokens.models import FOR_DESIGNEES, BackupPhone, SecurityNotice

if TYPE_CHECKING:
    from accounts.models import User

Change = SecurityNotice.Change
BY_SUPPORT = {
    Change.TOKEN_UNLOCKED,
    Change.SIGNING_SUSPENDED,
    Change.CASE_ISSUED,
    Change.SPARE_SENT,
    Change.PROOFING_RECORDED,
}
_ASKED = "Support did this. If you asked for it, there is nothing more to do."
_STOPPED = (
    "Signing under your name is stopped. My Settings says what to do next; then two people at your "
    "practice approve your access to sign again."
)
BY_PRACTICE = {
    Change.ACCESS_GRANTED,
    Change.ACCESS_REVOKED,
    Change.TOKEN_CONFIRMED,
    Change.TOKEN_HOLD_ENDED,
    Change.REGISTRATION_CHANGED,
    Change.DESIGNATION_MADE,
    Change.DESIGNATION_ENDED,
}
_DECIDED = "Your practice did this. If you know of it, there is nothing more to do."
# To those who manage access, of somebody else
TO_DESIGNEES = {
    Change.ACCESS_CHANGE_WAITS: (
        "Approve or reject it in the portal, under Administration, Access changes. Make sure with "
        "whoever entered it, by a way you know, that it is right."
    ),
    Change.DESIGNATION_CHANGED: (
        "A prescriber of your practice with a DEA registration did this, with PIN or password and "
        "token. Administration says who manages access now."
    ),
}
WHAT_NEXT = (
    dict.fromkeys(BY_SUPPORT, _ASKED)
    | dict.fromkeys(BY_PRACTICE, _DECIDED)
    | {
        Change.ACCESS_STOPPED: (
            "Your practice did this. Two people there give access back. Ask who manages access."
        ),
        Change.SPARE_RECALLED: (
            "Call support if you still want it, or if it never arrived. Your other factors work on."
        ),
        Change.SIGNING_SUSPENDED: f"Support did this. {_STOPPED}",
        Change.PASSWORD_RESET: (
            "The old one no longer works. If you asked for this, open My Settings and select Set "
            "up my EPCS password within "
            f"{settings.EPCS_PASSWORD_RESET // timedelta(hours=1)} hours. It takes a one-time "
            "password of your token. Nobody else can see or set the new one."
        ),
        Change.COMPROMISE_REPORTED: f"If this was you: {_STOPPED}",
        Change.ACCOUNT_REVOKED: (
            "Nothing of it works any more. To prescribe controlled substances again you repeat "
            "identity proofing."
        ),
    }
)
LONGEST_SUBJECT = 60  # characters; the column
_NOTE = Insert(SecurityNotice)


def note(
    user: User, change: SecurityNotice.Change, *, subject: str = "", at: datetime
) -> SecurityNotice:
    """Write down that everybody has to be told. ``subject`` names the token or the masked phone."""
    notice = SecurityNotice(
        user=user,
        change=change.value,
        subject=subject[:LONGEST_SUBJECT],
        changed_at=at,
        due_at=at,
        address=origin.current().address,
    )
    _NOTE([notice])
    return notice


def note_designees(user: User, change: SecurityNotice.Change, *, at: datetime) -> None:
    """Write down that those who manage access at the person's practice have to be told."""
    for designee in user.designees:
        note(designee, change, subject=user.full_name, at=at)


def contacts_of(notice: SecurityNotice) -> list[tuple[Message.Channel, str]]:
    """Return everybody to tell: the address, and each phone of that moment, removed ones too."""
    phones = BackupPhone.told_at(notice.changed_at).filter(user=notice.user_id)
    channels = {
        BackupPhone.Delivery.TEXT: Message.Channel.TEXT,
        BackupPhone.Delivery.CALL: Message.Channel.CALL,
    }
    numbers = {phone.number: channels[BackupPhone.Delivery(phone.delivery)] for phone in phones}
    letters = [(Message.Channel.EMAIL, notice.user.email)] if notice.user.email else []
    return letters + [(channel, number) for number, channel in sorted(numbers.items())]


def words_for(notice: SecurityNotice, channel: Message.Channel) -> str:
    """Return the text: what, when, from where, and what to do if it wasn't them. No codes."""
    context: dict[str, Any] = {
        "what": notice.get_change_display(),
        "subject": notice.subject,
        "when": day_and_time_with_seconds(notice.changed_at),
        "address": "" if notice.change in BY_SUPPORT else notice.address,
        "name": notice.user.full_name,
        "link": "" if notice.is_for_designee else link_of(notice),
        "days": settings.NOT_ME_LINK.days,
        "for_designee": TO_DESIGNEES.get(SecurityNotice.Change(notice.change), ""),
        "what_next": WHAT_NEXT.get(SecurityNotice.Change(notice.change), ""),
        "support_phone": settings.SUPPORT_PHONE,
    }
    return render_to_string(f"messages/notice.{channel.value}.txt", context).strip()


def link_of(notice: SecurityNotice) -> str:
    """Return the address of "This wasn't me". Its key is in the query, which no log of ours has."""
    return public(f"{reverse('not_me', args=[notice.pk])}?k={_key_of(notice.pk)}")


def notice_by_link(notice_id: UUID, key: str, *, at: datetime) -> SecurityNotice | None:
    """Return the notice whose link this is, while the link is good."""
    if not constant_time_compare(key, _key_of(notice_id)):
        return None
    notices = SecurityNotice.objects.select_related("user").exclude(change__in=FOR_DESIGNEES)
    return notices.filter(pk=notice_id, changed_at__gt=at - settings.NOT_ME_LINK).first()


def _key_of(notice_id: UUID) -> str:
    return salted_hmac("this wasn't me", str(notice_id), algorithm="sha256").hexdigest()[:32]
