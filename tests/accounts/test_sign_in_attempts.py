from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as portal
from django.test import Client
from django.utils import timezone

from accounts.flows.forget_sign_in_failures import forget_sign_in_failures
from accounts.models import SignInFailures
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.signing_in import (
    DELAYED,
    ELSEWHERE,
    OFFICE,
    REFUSED,
    SAME_NETWORK,
    fail,
    is_signed_in,
    let_pass,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("prescriber")


def three_in_a_row(client, username="snguyen", address=OFFICE):
    for _ in range(3):
        assert REFUSED in sign_in(client, username, "wrong", address=address).text


def test_after_three_failures_even_the_right_password_has_to_wait(client):
    three_in_a_row(client)

    answer = sign_in(client)

    assert DELAYED in answer.text
    assert not is_signed_in(client)


def test_the_person_is_told_when_and_is_let_in_then(client):
    three_in_a_row(client)
    told = re.search(r"Wait until ([0-9:]+ [AP]M) ET", sign_in(client).text)[1]

    eastern = timezone.now().astimezone(ZoneInfo("America/New_York"))
    until = dt.datetime.strptime(told, "%I:%M:%S %p").time()
    assert (
        0
        < (
            dt.timedelta(hours=until.hour, minutes=until.minute, seconds=until.second)
            - dt.timedelta(hours=eastern.hour, minutes=eastern.minute, seconds=eastern.second)
        ).total_seconds()
        % 86400
        <= 6
    )
    let_pass(seconds=6)
    assert sign_in(client).status_code == 302


def test_waiting_attempts_are_not_counted_and_checked(client):
    three_in_a_row(client)
    for _ in range(5):
        assert DELAYED in sign_in(client).text

    let_pass(seconds=6)

    assert sign_in(client).status_code == 302
    assert AuditEvent.objects.filter(event=Event.SIGN_IN_REFUSED).count() == 3


def test_a_delay_is_on_the_trail_once_however_often_one_knocks(client):
    three_in_a_row(client)
    for _ in range(5):
        sign_in(client)

    let_pass(seconds=6)
    sign_in(client, password="wrong")
    sign_in(client)

    delays = AuditEvent.objects.filter(event=Event.SIGN_IN_DELAYED)
    assert [event.event_class for event in delays] == [1, 1]


def test_the_delay_grows_and_ends_after_fifteen_minutes_at_most(client):
    fail(client, 12)

    sign_in(client, password="wrong")

    let_pass(minutes=14)
    assert DELAYED in sign_in(client).text
    let_pass(minutes=1, seconds=1)
    assert sign_in(client).status_code == 302


def test_a_success_clears_the_count(client):
    fail(client, 2)
    sign_in(client)
    client.cookies.clear()

    three_in_a_row(client)


def test_failures_are_forgotten_after_a_day(client):
    fail(client, 8)

    let_pass(hours=24)

    three_in_a_row(client)


def test_who_fails_elsewhere_holds_up_nobody_here(client):
    three_in_a_row(Client(), address=ELSEWHERE)

    assert DELAYED in sign_in(Client(), address=ELSEWHERE).text
    assert sign_in(client).status_code == 302


@pytest.mark.parametrize(
    ("first", "then", "is_delayed"),
    [
        (OFFICE, SAME_NETWORK, True),
        (OFFICE, "198.51.101.24", False),
        (f"::ffff:{OFFICE}", SAME_NETWORK, True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("", "not an address", True),
    ],
)
def test_a_place_is_a_network(client, first, then, is_delayed):
    three_in_a_row(client, address=first)

    answer = sign_in(client, address=then)

    assert (DELAYED in answer.text) == is_delayed


def test_capitals_do_not_make_another_username(client):
    three_in_a_row(client, "SNguyen")

    assert DELAYED in sign_in(client, "snguyen").text


def test_a_username_of_nobody_is_delayed_like_any_other(client):
    three_in_a_row(client, "nobody")

    assert DELAYED in sign_in(client, "nobody").text


def test_one_password_tried_on_many_names_is_delayed(client, settings):
    settings.SIGN_IN_NETWORK_FREE_ATTEMPTS = 5
    for number in range(5):
        assert REFUSED in sign_in(client, f"name{number}", "Spring2026!").text

    answer = sign_in(client, "another", "Spring2026!", address=SAME_NETWORK)

    assert DELAYED in answer.text
    assert REFUSED in sign_in(client, "another", "Spring2026!", address=ELSEWHERE).text


def test_a_success_takes_back_its_own_attempt_and_not_those_of_others(client, settings):
    settings.SIGN_IN_NETWORK_FREE_ATTEMPTS = 5
    for number in range(4):
        sign_in(client, f"name{number}", "wrong")

    for _ in range(3):
        assert sign_in(Client()).status_code == 302

    sign_in(client, "name5", "wrong")
    assert DELAYED in sign_in(client, "name6", "wrong").text


def test_a_known_browser_is_not_held_up_by_others_at_the_same_place(client):
    sign_in(client)
    client.post("/sign-out/")
    fail(Client(), 6)
    sign_in(Client(), password="wrong")

    stranger, known = sign_in(Client()), sign_in(client)

    assert DELAYED in stranger.text
    assert known.status_code == 302


def test_a_known_browser_is_known_away_from_its_network_and_when_that_is_delayed(client, settings):
    settings.SIGN_IN_NETWORK_FREE_ATTEMPTS = 2
    sign_in(client)
    client.post("/sign-out/")
    for number in range(2):
        sign_in(Client(), f"name{number}", "wrong", address=ELSEWHERE)

    assert DELAYED in sign_in(Client(), "name3", "wrong", address=ELSEWHERE).text
    assert sign_in(client, address=ELSEWHERE).status_code == 302


def test_a_known_browser_has_three_free_attempts_of_its_own(client):
    sign_in(client)
    client.post("/sign-out/")

    three_in_a_row(client)

    assert DELAYED in sign_in(client).text
    assert sign_in(Client()).status_code == 302


def test_a_shared_computer_is_known_for_all_who_use_it(client):
    factories.a_prescriber("mreyes")
    for username in ("snguyen", "mreyes"):
        sign_in(client, username)
        client.post("/sign-out/")
    for username in ("snguyen", "mreyes"):
        three_in_a_row(Client(), username)

    for username in ("snguyen", "mreyes"):
        assert sign_in(client, username).status_code == 302
        client.post("/sign-out/")


def test_a_browser_known_for_one_person_is_not_known_for_another(client):
    factories.a_prescriber("mreyes")
    sign_in(client, "mreyes")
    client.post("/sign-out/")
    three_in_a_row(Client(), "snguyen")

    assert DELAYED in sign_in(client, "snguyen").text


@pytest.mark.parametrize("change", [lambda cookie: "", lambda cookie: cookie[:-1] + "_", str.upper])
def test_a_cookie_that_is_not_ours_makes_no_browser_known(client, change):
    sign_in(client)
    client.post("/sign-out/")
    cookie = client.cookies[portal.KNOWN_BROWSER_COOKIE_NAME]
    client.cookies[portal.KNOWN_BROWSER_COOKIE_NAME] = change(cookie.value)
    three_in_a_row(Client())

    assert DELAYED in sign_in(client).text


def test_the_cookie_lasts_and_is_not_for_scripts(client):
    sign_in(client)

    cookie = client.cookies[portal.KNOWN_BROWSER_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == portal.KNOWN_BROWSER_SECONDS
    assert "snguyen" not in cookie.value


def test_old_counts_are_deleted(client):
    fail(client, 1)

    assert forget_sign_in_failures(at=timezone.now()) == 0
    assert forget_sign_in_failures(at=timezone.now() + dt.timedelta(hours=24)) == 2
    assert not SignInFailures.objects.exists()
