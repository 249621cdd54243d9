"""Two passwords, sent by twenty browsers in the same moment, bring a token back once."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.races.crowd import SIZE, Browser, crowd
from tests.tokens.reading import read
from tokens.models import HardToken

ROUNDS = 10
REFUSALS = (
    "These passwords were shown before and can't be used any more.",
    "Another request used this token at the same moment, so this one was not checked.",
    "You have tried 5 times in an hour.",
)


@pytest.fixture
def prescriber(cloned_db):
    return factories.a_prescriber()


def _outcome(answer) -> str:
    if answer.status_code == 302:
        return "accepted"
    page = read(answer)
    is_refused = answer.status_code == 200 and any(refusal in page for refusal in REFUSALS)
    return "refused" if is_refused else f"{answer.status_code}: {page}"


def test_twenty_resyncs_with_one_pair(prescriber):
    token, fob = factories.a_hard_token(prescriber)
    browsers = [Browser(prescriber, f"/epcs/token/{token.pk}/resync/") for _ in range(SIZE)]

    with crowd() as at_once:
        for _ in range(ROUNDS):
            HardToken.objects.update(pair_tries=0, pair_tries_since=None)
            fob.press(400)
            pair = fob.press_twice()
            answers = at_once([partial(browser.ready().send, **pair) for browser in browsers])

            assert Counter(map(_outcome, answers)) == Counter(accepted=1, refused=SIZE - 1)

    token.refresh_from_db()
    assert (token.next_factor, token.presses_skipped) == (402 * ROUNDS, 400 * ROUNDS)
    assert AuditEvent.objects.filter(event="token.resynchronized").count() == ROUNDS


def test_twenty_wrong_pairs_at_once_are_at_most_five_tries(prescriber):
    token, _ = factories.a_hard_token(prescriber)
    browsers = [Browser(prescriber, f"/epcs/token/{token.pk}/resync/") for _ in range(SIZE)]

    with crowd() as at_once:
        for _ in range(3):
            at_once(
                [
                    partial(browser.ready().send, otp1="111111", otp2="222222")
                    for browser in browsers
                ]
            )

    token.refresh_from_db()
    looked_at = [event for event in AuditEvent.objects.all() if event.facts["finding"]]
    assert len(looked_at) == token.pair_tries == 5
    assert AuditEvent.objects.filter(succeeded=False).count() == 3 * SIZE
