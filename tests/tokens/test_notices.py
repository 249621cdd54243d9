"""Everybody who has to know of a change is told: all contacts, old and new."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests.pages import submit
from tests.tokens.phones import (
    NUMBER,
    OTHER,
    a_backup_phone,
    code_on,
    let_everything_arrive,
    on_the_phone,
)
from tokens import notices, selectors
from tokens.models import HardToken, SecurityNotice
from tokens.tasks import sweep_notices, tell_contacts

Change = SecurityNotice.Change


@pytest.fixture
def sam(prescriber):
    prescriber.email = "sam@example.org"
    prescriber.save()
    a_backup_phone(prescriber)
    return prescriber


def told(person):
    """Whom the worker writes to, and of what."""
    for notice_id in selectors.due_notices(timezone.now()):
        for _delivery in range(2):  # a task may come twice
            tell_contacts(notice_id=str(notice_id))
    messages = Message.objects.filter(person=person, waits_for_key=False)
    return sorted(messages.values_list("channel", "recipient"))


def test_each_contact_is_told_once(sam):
    notices.note(sam, Change.PIN_RESET, at=timezone.now())

    assert told(sam) == [("email", "sam@example.org"), ("text", NUMBER)]
    assert told(sam) == [("email", "sam@example.org"), ("text", NUMBER)]


def test_a_voice_phone_is_called_and_hears_it_without_a_key(sam):
    a_backup_phone(sam, OTHER, delivery="call")
    notices.note(sam, Change.PIN_RESET, at=timezone.now())

    assert ("call", OTHER) in told(sam)
    [spoken] = on_the_phone(OTHER)
    assert spoken.startswith(
        "This is EPCS Portal, with a security notice. Your EPCS PIN was changed"
    )
    assert "Press 1" not in spoken


def test_phones_of_that_moment_count_not_those_of_now(sam):
    now = timezone.now()
    gone, late = now - timedelta(minutes=2), now + timedelta(minutes=1)
    a_backup_phone(sam, OTHER, status="removed", removed_at=gone, place=2)
    a_backup_phone(sam, "+18025550133", confirmed_at=late)
    a_backup_phone(sam, "+18025550142", status="pending", confirmed_at=None)
    notices.note(sam, Change.PIN_RESET, at=now)

    assert told(sam) == [("email", "sam@example.org"), ("text", NUMBER)]


def test_who_has_no_address_and_no_phone_is_told_nothing(prescriber):
    notices.note(prescriber, Change.PIN_RESET, at=timezone.now())

    assert told(prescriber) == []
    assert SecurityNotice.objects.get().state == "done"


def test_the_letter_says_what_when_from_where_and_what_to_do(sam):
    at = timezone.now()
    notice = notices.note(sam, Change.TOKEN_ADDED, subject="hard token GALH12345678", at=at)
    notice.address = "198.51.100.24"

    letter = notices.words_for(notice, Message.Channel.EMAIL)

    assert letter.startswith("Sam Nguyen, NP:")
    assert "A hardware token was added to your EPCS account: hard token GALH12345678." in letter
    assert "From the network address: 198.51.100.24" in letter
    assert "call (888) 555-0110 now" in letter
    assert re.search(
        r"https://portal\.example\.org/not-me/[0-9a-f-]{36}/\?k=[0-9a-f]{32}$", letter, re.M
    )


def test_a_text_is_plain_and_says_no_number(sam):
    notice = notices.note(
        sam, Change.PHONE_ADDED, subject="backup phone (•••) •••-0119", at=timezone.now()
    )

    text = notices.words_for(notice, Message.Channel.TEXT)

    assert text.isascii()
    assert "0119" not in text


def test_a_change_that_is_undone_is_not_told(sam):
    with transaction.atomic():
        notices.note(sam, Change.PIN_RESET, at=timezone.now())
        transaction.set_rollback(True)

    assert told(sam) == []


def test_every_change_of_a_token_and_the_pin_is_noted(granted, sam, new_fob):
    fob = new_fob
    submit(granted, "/epcs/token/add/", serial=fob.serial, **fob.press_twice())
    token = HardToken.objects.get()
    submit(granted, "/epcs/pin/new/", pin="4827", confirm="4827")
    submit(granted, "/epcs/pin/", otp=fob.press())
    submit(granted, "/epcs/pin/new/", pin="6174", confirm="6174")
    submit(granted, f"/epcs/token/{token.pk}/resync/", **fob.press_twice())
    for _try in range(5):
        submit(granted, f"/epcs/token/{token.pk}/test/", otp=fob.wrong())

    noted = SecurityNotice.objects.order_by("changed_at").values_list("change", flat=True)
    assert list(noted) == ["token-added", "pin-set", "pin-reset", "token-resynced", "token-locked"]


def test_no_notice_carries_a_code_or_a_way_to_sign_in(granted, sam):
    submit(granted, "/epcs/phones/add/", phone="802 555 0119", delivery="text")
    phone = sam.backup_phones.get(number=OTHER)
    code = code_on(OTHER)
    submit(granted, f"/epcs/phones/{phone.pk}/confirm/", code=code)
    let_everything_arrive()

    for number in (NUMBER, OTHER):
        notice = on_the_phone(number)[0]
        assert "was added to your EPCS account" in notice
        assert code not in notice
        assert "sign-in" not in notice


def test_the_sweep_finds_what_waits_and_gives_up_what_cannot_be_told(sam):
    notices.note(sam, Change.PIN_RESET, at=timezone.now())
    notices.note(sam, Change.PIN_RESET, at=timezone.now()).claim(timezone.now())
    SecurityNotice.objects.filter(state="claimed").update(attempts=6, due_at=timezone.now())

    assert sweep_notices() == 1
    assert SecurityNotice.objects.get(state="dead").problem == "worker-lost"
    event = AuditEvent.objects.get(event="message.not_delivered")
    assert (event.person, event.subject) == (sam, "security notice pin-reset")


def test_a_notice_that_cannot_be_told_keeps_no_other_waiting(sam, settings):
    keys = settings.SEALING_KEYS
    for change in (Change.PIN_SET, Change.PIN_RESET):
        notices.note(sam, change, at=timezone.now())
    broken, whole = selectors.due_notices(timezone.now())

    settings.SEALING_KEYS = {}  # nothing can be sealed at this moment
    with pytest.raises(StopIteration):
        tell_contacts(notice_id=str(broken))
    settings.SEALING_KEYS = keys
    tell_contacts(notice_id=str(whole))

    assert Message.objects.count() == 2
    assert SecurityNotice.objects.get(pk=broken).state == "claimed"


def test_a_worker_whose_claim_ran_out_tells_nobody_twice(sam):
    notice = notices.note(sam, Change.PIN_RESET, at=timezone.now())
    late = SecurityNotice.objects.get(pk=notice.pk)
    late.claim(timezone.now())
    SecurityNotice.objects.update(attempts=2)

    assert not late.finish()


def test_a_notice_that_is_gone_is_told_to_nobody(db):
    tell_contacts(notice_id="00000000-0000-0000-0000-000000000000")

    assert not Message.objects.exists()
