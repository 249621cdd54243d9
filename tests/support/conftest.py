"""A support agent with a token, and a practice full of what an agent looks at."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests import factories
from tests.in_hand import FobInHand
from tests.pages import submit

SITE, PEOPLE = "/staff/", "/staff/accounts/user/"
VERIFY = "/epcs/verify/token/?for=support&next=/staff/"


@pytest.fixture
def agent(db) -> User:
    return factories.a_person("rhale", first_name="Robin", last_name="Hale", is_staff=True)


@pytest.fixture
def agents_fob(agent) -> FobInHand:
    return factories.a_hard_token(agent, "GALH55667788")[1]


@pytest.fixture
def at_support(agent, agents_fob) -> Client:
    """Robin, signed in, whose token has opened the support site."""
    client = Client()
    client.force_login(agent)
    assert submit(client, VERIFY, otp=agents_fob.press()).status_code == 302
    return client
