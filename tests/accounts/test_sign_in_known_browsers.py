from __future__ import annotations

import pytest
from django.conf import settings as portal
from django.test import Client

from tests import factories
from tests.accounts.signing_in import (
    DELAYED,
    ELSEWHERE,
    fail,
    sign_in,
    three_in_a_row,
)

pytestmark = pytest.mark.usefixtures("prescriber")


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
