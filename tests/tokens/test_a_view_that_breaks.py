"""An attempt is counted, and on the trail, whatever happens to the request that made it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories
from tests.tokens.reading import events_of
from tokens.models import HardToken


@pytest.fixture
def prescriber(cloned_db):
    return factories.a_prescriber()


@pytest.fixture
def browser(prescriber, settings) -> Client:
    settings.ROOT_URLCONF = "tests.tokens.views_that_break"
    client = Client(raise_request_exception=False)
    client.force_login(prescriber)
    return client


@pytest.mark.parametrize("page", ["/lets-through/", "/breaks-afterwards/"])
def test_a_failed_attempt_is_still_counted_and_on_the_trail(browser, prescriber, token, fob, page):
    statuses = [browser.post(page, {"otp": fob.wrong()}).status_code for _ in range(5)]

    token.refresh_from_db()
    assert statuses == [500] * 5
    assert token.failures == 5
    assert token.locked_until is not None
    assert events_of(prescriber) == ["token.test_refused"] * 5 + ["token.locked"]


@pytest.mark.parametrize("page", ["/lets-through/", "/breaks-afterwards/"])
def test_a_failed_resync_is_still_counted_and_on_the_trail(browser, prescriber, token, page):
    response = browser.post(page, {"otp": ["111111", "222222"]})

    token.refresh_from_db()
    assert response.status_code == 500
    assert token.pair_tries == 1
    assert events_of(prescriber) == ["token.resynchronization_refused"]


def test_an_accepted_password_stays_spent(browser, prescriber, token, fob):
    otp = fob.press()
    statuses = [browser.post("/breaks-afterwards/", {"otp": otp}).status_code for _ in range(2)]

    token.refresh_from_db()
    assert statuses == [500, 500]
    assert (token.next_factor, token.failures) == (1, 1)
    assert events_of(prescriber) == ["token.tested", "otp.replayed"]


def test_out_of_sync_is_remembered(browser, token, fob):
    fob.press(400)

    browser.post("/breaks-afterwards/", {"otp": fob.press()})

    assert HardToken.objects.get().out_of_step_at is not None


def test_inside_somebody_elses_transaction_nothing_is_looked_at(browser, prescriber, token, fob):
    """There a rollback could take the count and the trail with it, so no guess is answered."""
    otp = fob.press()

    for typed in (otp, fob.wrong()):
        assert browser.post("/breaks-inside/", {"otp": typed}).status_code == 500

    assert events_of(prescriber) == []
    assert browser.post("/lets-through/", {"otp": otp}).text == "accepted"
