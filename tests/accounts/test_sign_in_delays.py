from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.flows.forget_sign_in_failures import forget_sign_in_failures as forget
from accounts.models import SignInFailures
from accounts.tasks import forget_sign_in_failures
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
    three_in_a_row,
)

pytestmark = pytest.mark.usefixtures("prescriber")


def test_after_three_failures_even_the_right_password_has_to_wait(client):
    three_in_a_row(client)

    answer = sign_in(client)

    assert DELAYED in answer.text
    assert not is_signed_in(client)


def test_the_person_is_told_when_and_is_let_in_then(client):
    three_in_a_row(client)

    told = re.search(r"Wait until ([0-9]+:[0-9]{2}:[0-9]{2} [AP]M) ET, then", sign_in(client).text)

    assert told is not None
    eastern = timezone.localtime(timezone=ZoneInfo("America/New_York"))
    next_seconds = [eastern + dt.timedelta(seconds=seconds) for seconds in range(7)]
    assert told[1] in {second.strftime("%-I:%M:%S %p") for second in next_seconds}
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


def test_a_success_makes_nobody_else_wait(client, settings):
    settings.SIGN_IN_NETWORK_FREE_ATTEMPTS = 3
    for name in ("mreyes", "aokafor"):
        factories.a_prescriber(name)
    for number in range(6):
        assert REFUSED in sign_in(client, f"name{number}", "wrong").text
        let_pass(seconds=60)

    answers = [sign_in(Client(), name) for name in ("snguyen", "mreyes", "aokafor")]

    assert [answer.status_code for answer in answers] == [302, 302, 302]


def test_who_guesses_on_makes_others_wait_a_minute_and_no_longer(client, settings):
    settings.SIGN_IN_NETWORK_FREE_ATTEMPTS = 3
    for number in range(3):
        sign_in(client, f"name{number}", "wrong")
    for number in range(9):
        let_pass(seconds=60)
        assert REFUSED in sign_in(client, f"more{number}", "wrong").text

    assert DELAYED in sign_in(client).text
    let_pass(seconds=60)
    assert sign_in(client).status_code == 302


def test_honest_mistakes_of_a_whole_clinic_never_add_up(client, settings):
    settings.SIGN_IN_NETWORK_FREE_ATTEMPTS = 3
    for number in range(20):
        assert REFUSED in sign_in(client, f"colleague{number}", "wrong").text
        let_pass(minutes=5)
    sign_in(client, "another", "wrong")

    assert sign_in(client).status_code == 302


def test_many_old_counts_are_deleted_some_at_a_time(db):
    yesterday = timezone.now() - dt.timedelta(hours=24)
    SignInFailures.objects.bulk_create(
        SignInFailures(key=f"{number:064}", last_at=yesterday) for number in range(7)
    )

    first = forget(at=timezone.now(), batch=2, batches=3)
    second = forget(at=timezone.now(), batch=2, batches=3)

    assert (first, second) == (6, 1)


def test_old_counts_are_deleted(client):
    fail(client, 1)

    assert forget_sign_in_failures() == 0
    let_pass(hours=24)
    assert forget_sign_in_failures() == 2
    assert not SignInFailures.objects.exists()
