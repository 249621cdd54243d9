"""Twenty guesses in the same moment are at most five guesses, and none is lost from the trail."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent, ChainHead
from tests import factories
from tests.races.crowd import SIZE, Browser, crowd
from tokens.models import HardToken

ROUNDS = 10


@pytest.fixture
def prescriber(cloned_db):
    return factories.a_prescriber()


def test_at_most_five_guesses_are_looked_at_before_the_lock(prescriber):
    token, fob = factories.a_hard_token(prescriber)
    browsers = [Browser(prescriber, f"/epcs/token/{token.pk}/test/") for _ in range(SIZE)]
    wrong, locks = fob.wrong(), 0

    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            HardToken.objects.update(
                failures=0, locked_until=None, last_lock_at=None, lock_before_at=None
            )
            answers = at_once([partial(browser.ready().send, otp=wrong) for browser in browsers])

            assert {answer.status_code for answer in answers} == {200}
            token.refresh_from_db()
            attempts = AuditEvent.objects.filter(event="token.test_refused")
            assert attempts.count() == number * SIZE
            newest = attempts.order_by("-sequence")[:SIZE]
            outcomes = Counter(event.facts["outcome"] for event in newest)
            assert outcomes["rejected"] == token.failures <= 5
            assert outcomes["rejected"] + outcomes["locked"] + outcomes["contended"] == SIZE
            assert token.lock.is_closed(timezone.now()) is (token.failures == 5)
            locks += token.failures == 5

    assert AuditEvent.objects.filter(event="token.locked").count() == locks
    assert ChainHead.objects.get().sequence == ROUNDS * SIZE + locks


def test_guesses_one_after_the_other_in_many_sessions_are_one_count(prescriber):
    token, fob = factories.a_hard_token(prescriber)
    browsers = [Browser(prescriber, f"/epcs/token/{token.pk}/test/") for _ in range(7)]

    for browser in [browser.ready() for browser in browsers]:
        browser.send(otp=fob.wrong())

    token.refresh_from_db()
    outcomes = [event.facts.get("outcome") for event in AuditEvent.objects.order_by("sequence")]
    assert outcomes == ["rejected"] * 5 + [None, "locked", "locked"]  # None: the lock itself
    assert token.failures == 5


def test_an_hour_that_is_over_gives_five_tries_of_a_pair_and_not_one_more(prescriber):
    """One try was made in the hour before: the count is one, before and after the first."""
    token, fob = factories.a_hard_token(prescriber)
    browsers = [Browser(prescriber, f"/epcs/token/{token.pk}/resync/") for _ in range(SIZE)]
    pair = {"otp1": fob.wrong(), "otp2": fob.press()}

    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            an_hour_ago = timezone.now() - timedelta(hours=1)
            HardToken.objects.update(pair_tries=1, pair_tries_since=an_hour_ago)
            at_once([partial(browser.ready().send, **pair) for browser in browsers])

            attempts = AuditEvent.objects.filter(event="token.resynchronization_refused")
            newest = attempts.order_by("-sequence")[:SIZE]
            outcomes = Counter(event.facts["outcome"] for event in newest)
            token.refresh_from_db()
            assert outcomes["rejected"] == token.pair_tries <= 5
            assert attempts.count() == number * SIZE
