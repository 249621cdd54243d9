"""Setting an EPCS password the way a browser does."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from accounts import knowledge
from accounts.knowledge import Knowledge
from accounts.models import KnowledgeFactor, User
from tests import markers
from tests.factories import EPCS_PASSWORD
from tests.in_hand import FobInHand
from tests.pages import submit

PROVE, NEW, SETTINGS = "/epcs/password/", "/epcs/password/new/", "/settings/epcs/"
OLD = EPCS_PASSWORD
NEW_PASSWORD = "marker lantern orbit Vr7"
Kind = KnowledgeFactor.Kind
markers.note("passwords", OLD, NEW_PASSWORD)


def prove(client: Client, fob: FobInHand) -> HttpResponse:
    response = submit(client, PROVE, otp=fob.press())
    assert response.status_code == 302, response.text
    assert response.url.startswith(NEW)
    return response


def choose(client: Client, password: str = NEW_PASSWORD, again: str = "") -> HttpResponse:
    return submit(client, NEW, password=password, confirm=again or password)


def what_is(password: str, user: User, kind: Kind = Kind.PASSWORD) -> Knowledge:
    """Whether it is the person's EPCS password now."""
    return knowledge.check(user=user, kind=kind, secret=password).known
