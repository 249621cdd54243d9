"""A spare on its way is its owner's, what was lost is nobody's, and an expired token is over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests import factories
from tests.in_hand import FobInHand
from tests.pages import submit
from tests.tokens.reading import read
from tokens import selectors, stock
from tokens.models import HardToken, Reservation, SeedRecord

ADD, SETTINGS = "/epcs/token/add/", "/settings/epcs/"


@pytest.fixture
def spare(prescriber, new_fob) -> Reservation:
    expected_on = date(2027, 3, 16)
    return factories.a_spare_on_its_way(prescriber, new_fob.serial, expected_on=expected_on)


@pytest.fixture
def theirs(db) -> FobInHand:
    """A fob that somebody else held."""
    return factories.a_hard_token(factories.a_prescriber())[1]


def is_free(serial: str, person) -> bool:
    return stock.free_seed_record(serial, for_user=person, at=timezone.now()) is not None


def add(client, fob):
    return submit(client, ADD, serial=fob.serial, **fob.press_twice())


def test_the_card_says_that_it_is_on_its_way(granted, spare):
    page = read(granted.get(SETTINGS))

    assert "On its way" in page
    assert "Expect it by Mar 16, 2027. When it arrives, select Add" in page
    assert "GALH87654321" in page


def test_beside_a_token_it_is_one_line_of_its_card(signed_in, token, spare):
    page = read(signed_in.get(SETTINGS))

    assert "On its way, by Mar 16, 2027" in page
    assert token.serial in page


def test_its_owner_adds_it_and_it_is_on_its_way_no_more(granted, prescriber, spare, new_fob):
    answer = add(granted, new_fob)

    assert answer.status_code == 302
    spare.refresh_from_db()
    assert spare.ended_at is not None
    assert selectors.reservation_of(prescriber) is None
    assert "On its way" not in granted.get(SETTINGS).text


def test_nobody_else_adds_it_and_learns_nothing_from_it(client, spare, new_fob):
    other = factories.a_prescriber()
    factories.a_grant(other)
    client.force_login(other)

    page = read(add(client, new_fob))

    assert "This serial number and these passwords don't go together." in page
    assert not HardToken.objects.exists()
    spare.refresh_from_db()
    assert spare.ended_at is None


def test_taken_back_it_is_anybodys_again(spare, new_fob):
    other = factories.a_prescriber()
    before = is_free(new_fob.serial, other)

    Reservation.objects.update(ended_at=timezone.now())

    assert (before, is_free(new_fob.serial, other)) == (False, True)


def test_called_back_it_is_nobodys_and_its_owner_learns_nothing_from_it(
    granted, prescriber, spare, new_fob
):
    Reservation.objects.update(recalled_at=timezone.now())

    page = read(add(granted, new_fob))

    assert "This serial number and these passwords don't go together." in page
    assert not is_free(new_fob.serial, prescriber)
    assert "On its way" not in granted.get(SETTINGS).text


def test_what_is_free_can_be_packed_and_nothing_else(prescriber, spare, token):
    before = stock.free_count(at=timezone.now())
    factories.a_fob_in_stock()
    old = factories.a_fob_in_stock()
    SeedRecord.objects.filter(serial=old.serial).update(expires_at=timezone.now())
    _, lost = factories.a_hard_token(factories.a_prescriber())
    HardToken.objects.filter(seed_record__serial=lost.serial).update(
        status="removed", removed_at=timezone.now(), reason="lost"
    )

    assert stock.free_count(at=timezone.now()) == before + 1


@pytest.mark.parametrize(
    ("reason", "comes_back"),
    [
        ("lost", False),
        ("stolen", False),
        ("compromised", False),
        ("broken", False),
        ("replaced", True),
        ("other", True),
        ("revoked", True),
    ],
)
def test_a_token_comes_back_to_stock_only_if_nobody_else_can_know_it(token, reason, comes_back):
    HardToken.objects.update(status="removed", removed_at=timezone.now(), reason=reason)

    assert is_free(token.serial, factories.a_prescriber()) is comes_back


def test_one_that_was_reported_never_comes_back_whatever_was_said_later(token):
    now = timezone.now()
    HardToken.objects.update(status="removed", reported_at=now, removed_at=now, reason="other")

    assert not is_free(token.serial, token.user)


def test_one_that_somebody_holds_is_not_free(token):
    assert not is_free(token.serial, token.user)
    HardToken.objects.update(status="reported", reported_at=timezone.now())
    assert not is_free(token.serial, token.user)


@pytest.mark.parametrize("reason", ["lost", "broken"])
def test_a_lost_token_that_was_found_is_not_added_again(granted, theirs, reason):
    HardToken.objects.update(status="removed", removed_at=timezone.now(), reason=reason)

    page = read(add(granted, theirs))

    assert "This serial number and these passwords don't go together." in page
    assert not HardToken.live().exists()


def test_one_that_comes_back_takes_no_password_from_before(granted, theirs):
    HardToken.objects.update(
        status="removed", removed_at=timezone.now(), reason="other", next_factor=7
    )
    old = add(granted, theirs)
    theirs.press(5)

    new = add(granted, theirs)

    assert old.status_code == 200
    assert new.status_code == 302


def expire(token: HardToken, **ago: int) -> None:
    until = timezone.now() - timedelta(**ago)
    SeedRecord.objects.filter(serial=token.serial).update(expires_at=until)


def test_an_expired_token_verifies_nothing_and_its_card_leads_to_a_spare(signed_in, token, fob):
    expire(token)

    page = signed_in.get(SETTINGS)
    verify = read(submit(signed_in, "/epcs/verify/", method="token"))
    tested = signed_in.post(f"/epcs/token/{token.pk}/test/", {"otp": fob.press()})

    assert "Expired" in page.text
    assert page.context["readiness"]["action"]["label"] == "Order Spare Hardware Token"
    assert "Expired. Its codes are no longer accepted." in verify
    assert tested.status_code == 200
    token.refresh_from_db()
    assert token.next_factor == 0


def test_until_then_it_works(signed_in, token, fob):
    expire(token, days=-1)

    answer = submit(signed_in, f"/epcs/token/{token.pk}/test/", otp=fob.press())

    assert answer.status_code == 302


def test_no_expired_token_is_added(granted, new_fob):
    SeedRecord.objects.update(expires_at=timezone.now())

    page = read(add(granted, new_fob))

    assert "This serial number and these passwords don't go together." in page
