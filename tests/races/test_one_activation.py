"""Twenty browsers with the same two codes: one account opens, with one grant."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.utils import timezone

from accounts.flows.print_activation_letter import print_activation_letter
from epcs_portal.audit.models import AuditEvent
from epcs_portal.refusals import Refusal
from tests.accounts.registering import (
    ACTIVATE,
    an_agent,
    an_invited_prescriber,
    both_codes,
    proofed,
)
from tests.races.crowd import SIZE, Browser, crowd
from tests.tokens.reading import read
from tokens.models import EnrollmentGrant

NOTHING = "no identity proofing that waits"
TRIED = "You have tried 5 times within an hour"


@pytest.fixture
def iris(cloned_db):
    return an_invited_prescriber()


def test_twenty_browsers_with_both_codes_open_it_once(iris):
    codes = both_codes(iris)
    browsers = [Browser(iris, ACTIVATE).ready() for _ in range(SIZE)]

    with crowd() as at_once:
        answers = at_once([partial(each.send, **codes) for each in browsers])

    opened = [answer for answer in answers if answer.status_code == 302]
    told = Counter(NOTHING in read(answer) or TRIED in read(answer) for answer in answers)
    assert len(opened) == EnrollmentGrant.objects.count() == 1
    assert told == {True: SIZE - 1, False: 1}
    assert AuditEvent.objects.filter(event="activation.done").count() == 1


def test_twenty_prints_of_one_letter_show_one_code(iris):
    piece, agent = proofed(iris, channel="post").pieces.get(), an_agent()

    def act() -> bool:
        try:
            return bool(print_activation_letter(piece=piece, agent=agent, at=timezone.now()))
        except Refusal:
            return False

    with crowd() as at_once:
        printed = at_once([act] * SIZE)

    assert Counter(printed) == {True: 1, False: SIZE - 1}
