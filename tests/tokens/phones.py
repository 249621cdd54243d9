"""Backup phones in the hands of their owners: what arrives there, and the codes in it."""

from __future__ import annotations

import re

from django.utils import timezone

from accounts.models import User
from epcs_portal.delivery.flows.deliver import deliver
from epcs_portal.delivery.models import Message
from epcs_portal.demo import phone as virtual_phone
from epcs_portal.demo.models import VirtualMessage
from tests import markers
from tokens.flows.tell_contacts import tell_contacts
from tokens.models import BackupPhone, SecurityNotice

NUMBER, OTHER, THIRD, FOURTH = (f"+180255501{last}" for last in ("87", "19", "33", "42"))
VERIFY, ADD = "/epcs/verify/", "/epcs/phones/add/"


def a_backup_phone(user: User, number: str = NUMBER, **columns: object) -> BackupPhone:
    """A confirmed phone, by text; or what the columns say."""
    now, taken = timezone.now(), BackupPhone.live().filter(user=user).count()
    values: dict[str, object] = {
        "delivery": BackupPhone.Delivery.TEXT,
        "status": BackupPhone.Status.ACTIVE,
        "place": taken + 1,
        "entered_at": now,
        "confirmed_at": now,
    }
    return BackupPhone.objects.create(user=user, number=number, **(values | columns))


def let_everything_arrive() -> None:
    """Do what the worker does: write the notices, then hand over every message that waits."""
    at = timezone.now()
    for notice in SecurityNotice.due(at):
        tell_contacts(notice=notice, at=at)
    for message in Message.due(at):
        deliver(message=message, at=at)


def on_the_phone(number: str) -> list[str]:
    """Return what stands on the phone, newest first; calls are answered."""
    let_everything_arrive()
    arrived = VirtualMessage.objects.filter(to=number).order_by("-arrived_at")
    for each in arrived.filter(call=VirtualMessage.Call.RINGING):
        virtual_phone.answer(each.person, each.message_id, at=timezone.now())
    return [each.take().decode() for each in arrived.all()]


def code_on(number: str) -> str:
    """Return the newest code that arrived, and note it for the leak scan."""
    for text in on_the_phone(number):
        found = re.search(r"([0-9]{6}) is your|is: ((?:[0-9], ){5}[0-9])\.", text)
        if found:
            code = (found[1] or found[2]).replace(", ", "")
            markers.note("codes", code)
            return code
    raise AssertionError(f"No code on {number}.")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def way_of(phone: BackupPhone, channel: str = "text") -> str:
    """Return the page on which the code of this phone is entered."""
    return f"/epcs/verify/{channel}/?phone={phone.pk}"
