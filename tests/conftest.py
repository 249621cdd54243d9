"""People and sessions that most tests need."""

from __future__ import annotations

from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from epcs_portal import pem_keys
from tests import factories, markers
from tests.in_hand import FobInHand
from tokens.models import HardToken

pytest_plugins = ["tests.databases"]


@pytest.fixture(scope="session", autouse=True)
def signing_key() -> None:
    """The key in a file that signs in the tests, noted for the leak scan."""
    folder = Path(settings.SIGNING_KEY_DIR)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)  # other parts of `make test` begin at the same moment
        pem_keys.draw_if_missing(folder, name="EPCS Portal tests", at=timezone.now())
    key = load_pem_private_key((folder / pem_keys.KEY).read_bytes(), password=None)
    assert isinstance(key, EllipticCurvePrivateKey)
    markers.note("keys", f"{key.private_numbers().private_value:064x}")


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
