"""Twenty browsers of one person at once: one code, one place, one message."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests import factories
from tests.races.crowd import SIZE, Browser, crowd
from tests.tokens.phones import ADD, NUMBER, OTHER, a_backup_phone, code_on, way_of
from tests.tokens.reading import read
from tokens.models import BackupPhone, OutOfBandCode, SendTally, StepUp

ROUNDS = 10
USED = "That code was already used."
FULL = "three is the maximum"
WAIT = "You can ask for another code in"


@pytest.fixture
def prescriber(cloned_db):
    return factories.a_prescriber()


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber)


def an_hour_passes():
    SendTally.objects.all().delete()
    OutOfBandCode.objects.update(sent_at=F("sent_at") - timedelta(hours=1))


def _outcome(answer, *expected: str) -> str:
    if answer.status_code == 302:
        return "done"
    page = read(answer)
    found = [words for words in expected if words in page]
    return found[0] if found else f"{answer.status_code}: {page}"


def test_one_code_is_accepted_once(prescriber, phone):
    browsers = [Browser(prescriber, way_of(phone)) for _ in range(SIZE)]

    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            an_hour_passes()
            browsers[0].ready().send(resend="1")
            code = code_on(NUMBER)
            answers = at_once([partial(each.ready().send, code=code) for each in browsers])

            outcomes = Counter(_outcome(answer, USED) for answer in answers)
            assert outcomes == {"done": 1, USED: SIZE - 1}
            assert StepUp.objects.count() == number
            spent = OutOfBandCode.objects.filter(spent_at__isnull=False)
            assert spent.count() == number


def test_of_twenty_third_phones_one_is_added(prescriber):
    factories.a_grant(prescriber)

    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            BackupPhone.objects.all().delete()
            an_hour_passes()
            a_backup_phone(prescriber, NUMBER)
            a_backup_phone(prescriber, OTHER)
            browsers = [Browser(prescriber, ADD).ready() for _ in range(SIZE)]
            answers = at_once(
                [
                    partial(each.send, phone=f"80255502{last:02}", delivery="text")
                    for last, each in enumerate(browsers)
                ]
            )

            outcomes = Counter(_outcome(answer, FULL) for answer in answers)
            assert outcomes == {"done": 1, FULL: SIZE - 1}
            assert BackupPhone.live().filter(user=prescriber).count() == 3
            OutOfBandCode.objects.all().delete()
            assert AuditEvent.objects.filter(event="phone.entered").count() == number


def test_twenty_resends_send_one_message(prescriber, phone):
    browsers = [Browser(prescriber, way_of(phone)) for _ in range(SIZE)]

    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            an_hour_passes()
            answers = at_once([partial(each.ready().send, resend="1") for each in browsers])

            outcomes = Counter(_outcome(answer, WAIT) for answer in answers)
            assert outcomes == {"done": 1, WAIT: SIZE - 1}
            assert Message.objects.count() == number
            assert OutOfBandCode.objects.filter(voided_at=None).count() == 1


def test_wrong_codes_at_once_are_all_counted_and_lock(prescriber, phone):
    browsers = [Browser(prescriber, way_of(phone)) for _ in range(SIZE)]
    browsers[0].ready().send(resend="1")
    code = code_on(NUMBER)
    wrong = [f"{(int(code) + number) % 1_000_000:06}" for number in range(1, SIZE + 1)]

    with crowd() as at_once:
        answers = at_once(
            [
                partial(each.ready().send, code=guess)
                for each, guess in zip(browsers, wrong, strict=True)
            ]
        )

    locked = "Phone codes are locked"
    outcomes = Counter(_outcome(answer, locked, "doesn't match") for answer in answers)
    assert set(outcomes) <= {"doesn't match", locked}  # the page is that of a moment later
    refused = AuditEvent.objects.filter(event="step_up.refused")
    counted = Counter(event.facts["outcome"] for event in refused)
    assert counted == {"code-wrong": 4, "phone-codes-locked": SIZE - 4}
    assert AuditEvent.objects.filter(event="phone_codes.locked").count() == 1
