"""People and sessions that most tests need."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests import factories
from tests.in_hand import FobInHand
from tokens.models import HardToken

pytest_plugins = ["tests.databases"]


@pytest.fixture
def prescriber(db) -> User:
    return factories.a_prescriber("snguyen")


@pytest.fixture
def hard_token(prescriber) -> tuple[HardToken, FobInHand]:
    return factories.a_hard_token(prescriber)


@pytest.fixture
def token(hard_token) -> HardToken:
    return hard_token[0]


@pytest.fixture
def fob(hard_token) -> FobInHand:
    return hard_token[1]


@pytest.fixture
def signed_in(client, prescriber):
    client.force_login(prescriber)
    return client
