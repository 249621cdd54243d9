"""Signing in as a browser does, from a place of one's choice."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.http import HttpResponse
from django.test import Client

from accounts.models import SignInFailures
from tests.factories import PASSWORD

REFUSED = "The username and password don&#x27;t match. Check both and try again."
DELAYED = "Too many attempts from this network. Wait until"
OFFICE = "198.51.100.24"
SAME_NETWORK = "198.51.100.99"
ELSEWHERE = "203.0.113.7"


def sign_in(
    client: Client,
    username: str = "snguyen",
    password: str = PASSWORD,
    *,
    address: str = OFFICE,
    **fields: str,
) -> HttpResponse:
    return client.post(
        "/sign-in/",
        {"username": username, "password": password, **fields},
        REMOTE_ADDR=address,
    )


def fail(client: Client, times: int, username: str = "snguyen", address: str = OFFICE) -> None:
    """Type a wrong password so many times, waiting out every delay."""
    for _ in range(times):
        answer = sign_in(client, username, "wrong", address=address)
        assert REFUSED in answer.text
        let_pass(minutes=15, seconds=1)


def let_pass(**time: float) -> None:
    """As if every attempt had been made that much earlier."""
    SignInFailures.objects.update(last_at=F("last_at") - dt.timedelta(**time))


def is_signed_in(client: Client) -> bool:
    return client.get("/session/").status_code == 200


def three_in_a_row(client: Client, username: str = "snguyen", address: str = OFFICE) -> None:
    """Use up the free attempts."""
    for _ in range(3):
        assert REFUSED in sign_in(client, username, "wrong", address=address).text
