"""Setting a PIN the way a browser does."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from accounts import knowledge
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeFactor, User
from tests.in_hand import FobInHand
from tests.pages import submit

PROVE, NEW, DONE = "/epcs/pin/", "/epcs/pin/new/", "/epcs/pin/done/"
OLD_PIN, NEW_PIN = "4827", "6174"


def prove(client: Client, fob: FobInHand) -> HttpResponse:
    response = submit(client, PROVE, otp=fob.press())
    assert response.url.startswith(NEW), response.text
    return response


def choose(client: Client, pin: str, again: str = "") -> HttpResponse:
    return submit(client, NEW, pin=pin, confirm=again or pin)


def what_is(pin: str, user: User) -> Knowledge:
    """Whether it is the person's PIN now."""
    return knowledge.check(user=user, kind=KnowledgeFactor.Kind.PIN, secret=pin).known
