"""A phone that is taken away, or a row another worker settles, between reading and locking it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.flows.close_expired import close_expired
from epcs_portal.delivery.models import Message
from tests.delivery.posting import posted
from tests.pages import submit
from tests.tokens.phones import ADD, OTHER, VERIFY, a_backup_phone, code_on
from tests.tokens.reading import choose, read
from tokens import notices
from tokens.flows.answer_by_phone import answer_by_phone
from tokens.flows.confirm_backup_phone import confirm_backup_phone
from tokens.flows.give_up_notices import give_up_notices
from tokens.flows.remove_backup_phone import remove_backup_phone
from tokens.flows.send_code import send_code
from tokens.models import BackupPhone, OutOfBandCode, SecurityNotice, StepUp
from tokens.out_of_band import Purpose
from tokens.phone_refusals import PhoneGone
from tokens.step_up import Authority

AUTHORITY = Authority(name="step-up by hard-token", session_key="k")


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber)


def is_taken_away():
    """Another tab removes it: what was read a moment ago is not so any more."""
    BackupPhone.objects.update(status="removed", removed_at=timezone.now())


def test_a_code_of_a_phone_that_is_gone_verifies_nobody(signed_in, phone):
    choose(signed_in, VERIFY, f"text:{phone.pk}")
    code = code_on(phone.number)
    is_taken_away()

    with pytest.raises(PhoneGone):
        answer_by_phone(
            phone=phone,
            channel="text",
            code=code,
            session_key="k",
            cookie="c",
            at=timezone.now(),
        )

    assert not StepUp.objects.exists()
    assert AuditEvent.objects.get(event="step_up.refused").facts["outcome"] == "phone-gone"


def test_a_code_of_a_number_that_was_discarded_confirms_nothing(granted):
    submit(granted, ADD, phone="802 555 0119", delivery="text")
    phone = BackupPhone.objects.get()
    code = code_on(OTHER)
    is_taken_away()

    with pytest.raises(PhoneGone):
        confirm_backup_phone(phone=phone, code=code, authority=AUTHORITY, at=timezone.now())

    phone.refresh_from_db()
    assert phone.status == "removed"


def test_a_phone_that_is_gone_is_not_removed_again(phone):
    is_taken_away()

    with pytest.raises(PhoneGone):
        remove_backup_phone(
            phone=phone, reason="lost", detail="", authority=AUTHORITY, at=timezone.now()
        )

    assert not SecurityNotice.objects.exists()


def test_texts_to_a_landline_are_refused_where_the_plan_tells(granted, settings):
    settings.PHONE_REGIONS = ("US", "GB")
    number = {"phone": "+44 20 7946 0018"}

    texted = submit(granted, ADD, **number, delivery="text")
    called = submit(granted, ADD, **number, delivery="call")

    assert "We can't send text messages to this number." in read(texted)
    assert called.status_code == 302


class SettledBefore:
    """Another worker settles the row just before this one's UPDATE."""

    def __init__(self, table: str, settle) -> None:
        self._begins, self._settle = f'UPDATE "{table}" SET "state"', settle
        self._is_done = False

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(self._begins) and not self._is_done:
            self._is_done = True
            self._settle()
        return execute(sql, params, many, context)


def test_a_message_that_another_worker_gave_up_is_told_once(prescriber):
    message = posted(prescriber)
    settle = SettledBefore("delivery_message", lambda: Message.objects.update(state="dead"))

    with connection.execute_wrapper(settle):
        buried = close_expired(at=message.expires_at)

    assert buried == 0
    assert not AuditEvent.objects.filter(event="message.not_delivered").exists()


def test_a_notice_that_another_worker_gave_up_is_told_once(prescriber):
    notices.note(prescriber, SecurityNotice.Change.PIN_SET, at=timezone.now())
    SecurityNotice.objects.update(attempts=6)
    settle = SettledBefore(
        "tokens_securitynotice", lambda: SecurityNotice.objects.update(state="dead")
    )

    with connection.execute_wrapper(settle):
        give_up_notices(at=timezone.now())

    assert not AuditEvent.objects.filter(event="message.not_delivered").exists()


@pytest.mark.parametrize("status", ["reported", "removed"])
def test_no_code_goes_to_a_number_that_was_lost_while_its_code_was_typed(granted, status):
    submit(granted, ADD, phone="802 555 0119", delivery="text")
    phone = BackupPhone.objects.get()
    is_reported = status == "reported"
    times = {"reported_at" if is_reported else "removed_at": timezone.now()}
    BackupPhone.objects.update(status=status, **times)
    OutOfBandCode.objects.update(voided_at=timezone.now())

    with pytest.raises(PhoneGone):
        confirm_backup_phone(phone=phone, code="000000", authority=AUTHORITY, at=timezone.now())

    assert OutOfBandCode.objects.count() == 1
    assert AuditEvent.objects.get(event="code.refused").facts["outcome"] == "phone-gone"


def test_a_code_that_is_not_sent_to_a_phone_that_is_gone_is_on_the_trail(phone):
    is_taken_away()
    how = {"channel": "text", "is_resend": True, "at": timezone.now()}

    with pytest.raises(PhoneGone):
        send_code(phone=phone, purpose=Purpose.STEP_UP, **how)

    assert AuditEvent.objects.get(event="code.not_sent").facts["outcome"] == "phone-gone"


def test_a_number_that_was_reported_lost_is_not_entered_anew(granted, prescriber):
    a_backup_phone(prescriber, OTHER, status="reported", reported_at=timezone.now())

    response = submit(granted, ADD, phone="802 555 0119", delivery="text")

    assert "This number was reported lost" in read(response)
    assert not OutOfBandCode.objects.exists()
