"""What every caller of the verification core relies on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tokens import verification
from tokens.models import HardToken, SeedRecord
from tokens.outcomes import Outcome

NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def token(prescriber) -> HardToken:
    return read_again(factories.a_hard_token(prescriber, "GALH12345678")[0])


@pytest.fixture
def fob(token):
    return factories.FobInHand(factories.seed_for(token.serial))


def read_again(token: HardToken) -> HardToken:
    return HardToken.objects.select_related("seed_record").get(pk=token.pk)


def statements(act) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    return [query["sql"].split()[0] for query in queries]


def test_a_right_password_costs_one_update_and_reads_nothing(token, fob):
    otp = fob.press()

    assert statements(lambda: verification.spend(token, otp, at=NOW)) == ["UPDATE"]


def test_a_wrong_password_costs_the_update_that_counts_it(token, fob):
    assert statements(lambda: verification.spend(token, fob.wrong(), at=NOW)) == ["UPDATE"]


def test_a_resync_costs_one_update_and_reads_nothing(token, fob):
    fob.press(900)
    pair = fob.press_twice().values()

    assert statements(lambda: verification.resynchronize(token, *pair, at=NOW)) == ["UPDATE"]


def test_an_attempt_that_cannot_be_checked_is_counted(token, fob):
    """A seed that does not open must not leave guesses free."""
    SeedRecord.objects.update(sealed=b"\0" * 48)

    attempt = verification.spend(read_again(token), fob.press(), at=NOW)

    assert attempt.outcome is Outcome.UNREADABLE
    assert read_again(token).failures == 1


def test_a_pair_that_cannot_be_checked_is_a_try(token, fob):
    SeedRecord.objects.update(sealed=b"\0" * 48)

    attempt = verification.resynchronize(read_again(token), *fob.press_twice().values(), at=NOW)

    assert attempt.outcome is Outcome.UNREADABLE
    assert read_again(token).pair_tries == 1


def test_what_was_read_too_long_ago_is_read_again_once(token, fob):
    stale, otp = read_again(token), fob.press()
    verification.spend(token, fob.wrong(), at=NOW)

    attempt = verification.spend(stale, otp, at=NOW)

    assert attempt.outcome is Outcome.ACCEPTED
    assert read_again(token).next_factor == 1


def test_one_reading_never_spends_a_password_twice(token, fob):
    stale, otp = read_again(token), fob.press()

    first, second = (verification.spend(row, otp, at=NOW) for row in (token, stale))

    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.REPLAYED)
    assert first.skipped == 0


def test_a_removed_token_accepts_nothing_even_if_it_was_read_before(token, fob):
    HardToken.objects.update(status="removed", removed_at=timezone.now())

    spent = verification.spend(token, fob.press(), at=NOW)
    found = verification.resynchronize(token, *fob.press_twice().values(), at=NOW)

    assert (spent.outcome, found.outcome) == (Outcome.NOT_ACTIVE, Outcome.NOT_ACTIVE)
    assert read_again(token).next_factor == 0


def test_the_frame_of_django_otp_accepts_nothing(token, fob):
    otp = fob.press()

    assert token.verify_token(otp) is False
    assert read_again(token).next_factor == 0


@pytest.mark.parametrize("attempt", [verification.spend, verification.resynchronize])
def test_outside_a_transaction_nothing_is_looked_at(cloned_db, attempt):
    token, fob = factories.a_hard_token(factories.a_prescriber())
    passwords = list(fob.press_twice().values())

    with pytest.raises(RuntimeError, match="by the transaction that makes it"):
        attempt(token, *passwords[: 1 if attempt is verification.spend else 2], at=NOW)

    token.refresh_from_db()
    assert (token.next_factor, token.failures, token.pair_tries) == (0, 0, 0)


def test_nothing_that_is_printed_shows_the_seed(token, fob):
    attempts = [
        verification.spend(token, fob.press(), at=NOW),
        verification.spend(read_again(token), fob.wrong(), at=NOW),
        verification.resynchronize(read_again(token), "111111", "222222", at=NOW),
    ]
    record = token.seed_record
    state = record.oath_state(next_factor=0)

    seed = factories.seed_for(token.serial)
    shown = [f"{thing!r} {thing}" for thing in [token, record, state, record.batch, *attempts]]
    marks = [seed.hex(), repr(seed)[2:-1], "sealed"]
    assert not [text for text in shown if any(mark in text for mark in marks)]
    assert not AuditEvent.objects.exists()
